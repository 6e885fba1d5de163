/**
 * @file Cosine of each estimator to the exact hypergradient, along a run of HyperDistill on sine waves (figure 3 of Lee et al., ICLR 2022,
 * on the problem of appendix G). All are evaluated at the same λ, φ and data, with λ frozen, at t = T.
 *
 *     node --conditions=longhorizon-source --import tsx benchmarks/src/suites/hypergradient/studies/sinusoid-cosine.ts
 *
 * λ is always learned as published, with momentum 0.9; the measured inner optimisations have momentum 0 or 0.9. With it, exact reverse mode
 * differentiates the velocity, too, which the estimators hold constant; without it all speak of the same thing. (Learned without momentum, λ
 * makes features so large that ηκ is about 1, and an estimator that discounts by γ = 0.99 no longer fits.)
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { agreement, type Method, prepare, type Run } from '@longhorizon/bilevel';
import { closing, Owner } from '@longhorizon/harness';
import { discountedSum } from '@longhorizon/hyperdistill';
import { adam } from '@longhorizon/nn';
import { type Device, openDevice, type Tensor } from '@longhorizon/tensor';
import { methodWritten } from '../../../methods/written.ts';
import { sinusoidAnil, sinusoidBatch } from '../../../problem-parts/sinusoid-anil.ts';
import { writeResults } from '../../../reports/results-file.ts';
import { type Summary, summarise } from '../../../reports/summarise.ts';
import { root } from '../../../root.ts';

const HORIZON = 30;
const INNER_OPTIMISATIONS = 30;

const written = (text: string): Method =>
  methodWritten(text, { horizon: HORIZON, dimension: 1, seed: 0, rate: 0.1 });

const ESTIMATORS: Readonly<Record<string, Method>> = {
  'first-order': written('first-order'),
  'one-step': written('one-step'),
  drmad: written('drmad'),
  'neumann-10': written('neumann?terms=10'),
  // The sum that HyperDistill approximates, which is no method of the registry.
  'eq7-0.5': discountedSum(0.5),
  'eq7-0.9': discountedSum(0.9),
  'eq7-0.99': discountedSum(0.99),
  'hyperdistill-0.9': written('hyperdistill?gamma=0.9'),
};

interface Cosines {
  /** Of g^FO + g^SO; of g^SO alone, which first-order has none of. */
  readonly total: Summary;
  readonly second: Summary | undefined;
  /** Of each inner optimisation. */
  readonly totals: readonly number[];
  readonly seconds: readonly number[];
}

async function measure(device: Device, momentum: number, seed: number): Promise<Record<string, Cosines>> {
  const options = { seed };
  using owner = new Owner();
  const open = async (method: Method, meta = false) => {
    const problem = sinusoidAnil(meta ? options : { ...options, momentum });
    const learning = {
      optimiser: (rate: Tensor) => adam({ rate }),
      rate: 0.001,
      initialisation: 'reptile',
    } as const;
    return owner.own(
      await prepare(device, problem, method, { horizon: HORIZON, ...(meta ? { meta: learning } : {}) }),
    );
  };
  const training = await open(written('hyperdistill?gamma=0.99'), true);
  const exact = await open(written('exact-reverse'));
  const estimators = new Map<string, Run>();
  for (const [name, method] of Object.entries(ESTIMATORS)) estimators.set(name, await open(method));
  const totals: Record<string, number[]> = {};
  const seconds: Record<string, number[]> = {};
  for (let number = 0; number < INNER_OPTIMISATIONS; number++) {
    const state = { lambda: await training.read('lambda'), initial: await training.read('initial') };
    const batch = sinusoidBatch('train', number, options);
    const at = async (run: Run) => {
      run.write('lambda', state.lambda);
      run.write('initial', state.initial);
      for (const [name, values] of Object.entries(batch)) run.writeGiven(name, values);
      await run.compute();
      return run.read('hypergradient');
    };
    const reference = await at(exact);
    const direct = await at(estimators.get('first-order')!);
    for (const [name, run] of estimators) {
      const found = await at(run);
      totals[name] = [...(totals[name] ?? []), agreement(found, reference).cosine!];
      if (name !== 'first-order')
        seconds[name] = [
          ...(seconds[name] ?? []),
          agreement(minus(found, direct), minus(reference, direct)).cosine!,
        ];
    }
    for (const [name, values] of Object.entries(batch)) training.writeGiven(name, values);
    await training.metaStep();
  }
  return Object.fromEntries(
    Object.keys(ESTIMATORS).map((name) => [
      name,
      {
        total: summarise(totals[name]!),
        second: seconds[name] && summarise(seconds[name]),
        totals: totals[name]!,
        seconds: seconds[name] ?? [],
      },
    ]),
  );
}

const minus = (a: Float64Array, b: Float64Array) => a.map((one, k) => one - b[k]!);

const { values } = parseArgs({
  options: {
    momentum: { type: 'string', default: '0,0.9' },
    seed: { type: 'string', default: '0' },
    out: { type: 'string', default: join(root, 'results', 'sinusoid-cosine.json') },
  },
});
await using device = closing(await openDevice({ timestampQuantization: false }));
const found: { momentum: number; seed: number; cosines: Record<string, Cosines> }[] = [];
for (const momentum of values.momentum.split(',').map(Number)) {
  const seed = Number(values.seed);
  const cosines = await measure(device, momentum, seed);
  found.push({ momentum, seed, cosines });
  for (const [name, { total, second }] of Object.entries(cosines))
    console.log(
      `momentum ${momentum}  ${name.padEnd(18)} total ${total.mean.toFixed(3)}  second-order ${second === undefined ? '–' : second.mean.toFixed(3)}`,
    );
}
writeResults(values.out, found);
