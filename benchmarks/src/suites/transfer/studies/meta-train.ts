/**
 * @file Meta-trains φ on eight tasks of sets that are no target (MNIST and sign digits, five classes each, half-swapped), and writes
 * `learned-phi.json`, from which the suite takes the arm `metaperturb-learned`, with a record of the losses beside it.
 *
 *     node --conditions=longhorizon-source --import tsx benchmarks/src/suites/transfer/studies/meta-train.ts --steps 400
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { keyAt } from '@longhorizon/datasets';
import { savePhi, untrainedPhi } from '@longhorizon/metaperturb';
import { openDevice } from '@longhorizon/tensor';
import { drawTask, halfSwap } from '../../../problem-parts/drawn-task.ts';
import { smallPictures } from '../../../problem-parts/small-pictures.ts';
import { root } from '../../../root.ts';
import { learnedPhiPath } from '../learned-phi.ts';
import { sourceLoop } from '../model/source-training.ts';
import { hostOf } from '../problems.ts';

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '400' },
    side: { type: 'string', default: '14' },
    channels: { type: 'string', default: '8' },
    batch: { type: 'string', default: '32' },
    seed: { type: 'string', default: '0' },
    host: { type: 'string', default: 'conv4' },
  },
});
const [steps, side, channels, batch, seed] = [
  values.steps,
  values.side,
  values.channels,
  values.batch,
  values.seed,
].map(Number) as [number, number, number, number, number];
const architecture = values.host === 'resnet8' ? 'resnet8' : 'conv4';

/** Pictures of a class in each half. */
const perHalf = 100;
/** Sets of ten classes, in two groups of five each. */
const sources = ['mnist', 'sign-digits'] as const;
const classes = 5;

const tasks = sources.flatMap((dataset) =>
  [0, 1].flatMap((group) => {
    const pictures = smallPictures(dataset, side, { seed, classes: 10 });
    const drawn = drawTask(pictures, keyAt(seed, { of: 'sources', group }), {
      pool: Uint32Array.from({ length: classes }, (_, k) => group * classes + k),
      classes,
      train: perHalf,
      test: perHalf,
    });
    const name = `${dataset} ${group * classes} to ${group * classes + classes - 1}`;
    return halfSwap({ name, classes, train: drawn.train, validation: drawn.test });
  }),
);
const profile = { side, channels, layers: 3, batch, train: 0, test: 0, draws: 0, attacked: 0 };
const host = hostOf(architecture, profile, classes);
const device = await openDevice({ timestampQuantization: false });
const { loop, destroy } = await sourceLoop(device, { host, tasks, batch, seed });
const start = untrainedPhi(seed);
loop.carry.phi.write(start);
const curve: { step: number; validationLosses: number[] }[] = [];
const began = performance.now();
for (let done = 0; done < steps; done += 10) {
  await loop.run(Math.min(10, steps - done), { from: done });
  const validationLosses = Array.from(await loop.carry.losses.read());
  curve.push({ step: Math.min(steps, done + 10), validationLosses });
  console.log(done + 10, validationLosses.map((loss) => loss.toFixed(3)).join(' '));
}
const seconds = (performance.now() - began) / 1000;
const phi = (await loop.carry.phi.read()) as Float32Array;
const setting = { host: host.name, side, channels, batch, steps, seed, tasks: tasks.map(({ name }) => name) };
writeFileSync(
  learnedPhiPath,
  savePhi(
    phi,
    `meta-trained here: ${host.name}, ${side} × ${side} gray, ${tasks.length} half-swapped tasks of ${sources.join(', ')}, ${steps} steps of ${batch}, seed ${seed}`,
  ),
);
writeFileSync(
  join(root, 'benchmarks/records/transfer/meta-training.json'),
  `${JSON.stringify({ setting, seconds, adapter: device.adapter.description, curve })}\n`,
);
destroy();
await device.close();
