/**
 * @file The synthetic experiment of Shin et al. (ICML 2021) on eight copies of Himmelblau's function: where Reptile's map comes to rest at K = 5
 * and K = 100, and what φ is worth under Reptile and under Continual Trajectory Shifting at equal inner steps.
 *
 *     node --conditions=longhorizon-source --import tsx benchmarks/src/suites/large-scale/studies/himmelblau/experiment.ts --part trend
 *
 * Parts: attractors-5, attractors-100, trend, starts. With `--reference` in float64 on the host.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Backend, type InitialisationMethod, init } from '@longhorizon/bilevel';
import { HIMMELBLAU_STARTS } from '@longhorizon/datasets';
import { closing } from '@longhorizon/harness';
import { openDevice } from '@longhorizon/tensor';
import { continualTrajectoryShifting } from '@longhorizon/trajectory-shifting';
import { writeResults } from '../../../../reports/results-file.ts';
import { root } from '../../../../root.ts';
import { grid } from '../../model/himmelblau.ts';
import { innerOptimisers } from '../../model/himmelblau-optimisers.ts';
import { reptileAttractors } from './attractors.ts';
import { learn } from './quality.ts';

/** The meta step size of all runs. */
const rate = 0.1;

const methods: Readonly<Record<string, InitialisationMethod>> = {
  reptile: init.reptile({ rate }),
  'trajectory-shifting': continualTrajectoryShifting({ rate }),
};

const parts: Readonly<Record<string, (backend: Backend) => Promise<unknown>>> = {
  'attractors-5': (backend) => reptileAttractors(backend, grid(41), 5, 1000),
  'attractors-100': (backend) => reptileAttractors(backend, grid(41), 100, 1000),
  trend: async (backend) => {
    const found = [];
    for (const K of [20, 100])
      for (const [name, method] of Object.entries(methods)) {
        const learning = { starts: grid(21), optimiser: innerOptimisers.momentum, K };
        const checkpoints = K === 20 ? [240, 1000, 3000, 10_000] : [200, 1000, 3000, 10_000];
        const qualities = await learn(backend, method, learning, checkpoints);
        for (const { steps, loss, overflowed } of qualities)
          found.push({ K, method: name, steps, loss, overflowed });
      }
    return found;
  },
  starts: async (backend) => {
    const found = [];
    for (const K of [80, 120])
      for (const optimiser of ['sgd', 'momentum', 'adam'] as const)
        for (const [name, method] of Object.entries(methods)) {
          const learning = {
            starts: HIMMELBLAU_STARTS,
            optimiser: innerOptimisers[optimiser],
            K,
            judge: innerOptimisers.adam,
          };
          const [quality] = await learn(backend, method, learning, [240]);
          found.push({ K, optimiser, method: name, ...quality });
        }
    return found;
  },
};

const { values } = parseArgs({
  options: {
    part: { type: 'string' },
    reference: { type: 'boolean', default: false },
    out: { type: 'string', default: join(root, 'benchmarks', 'records', 'himmelblau') },
  },
});
const part = values.part === undefined ? undefined : parts[values.part];
if (part === undefined) {
  console.error(
    `There is no part '${values.part ?? ''}'; give --part with one of ${Object.keys(parts).join(', ')}.`,
  );
  process.exitCode = 1;
} else {
  await using device = values.reference
    ? undefined
    : closing(await openDevice({ timestampQuantization: false }));
  const result = await part(device ?? 'float64');
  const record = { part: values.part, rate, on: device?.adapter.name ?? 'float64', result };
  const file = join(values.out, `${values.part}${values.reference ? '-float64' : ''}.json`);
  writeResults(file, record);
  console.log(JSON.stringify(record));
}
