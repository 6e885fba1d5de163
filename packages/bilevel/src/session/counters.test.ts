import { sgd } from '@longhorizon/nn';
import { describe, expect, it } from 'vitest';
import type { Method } from '../hyper/method.ts';
import { bome } from '../hyper/methods/bome.ts';
import { conjugateGradientIft } from '../hyper/methods/conjugate-gradient.ts';
import { drmad } from '../hyper/methods/drmad.ts';
import { evoGrad } from '../hyper/methods/evograd.ts';
import { nres, pes, tes } from '../hyper/methods/evolution-strategies.ts';
import { exactReverse } from '../hyper/methods/exact-reverse.ts';
import { fg2u } from '../hyper/methods/fg2u.ts';
import { firstOrder } from '../hyper/methods/first-order.ts';
import { forwardMode } from '../hyper/methods/forward.ts';
import { sharedForward } from '../hyper/methods/forward-shared.ts';
import { generalisedGreedy } from '../hyper/methods/generalised-greedy.ts';
import { neumannIft } from '../hyper/methods/neumann.ts';
import { nystromIft } from '../hyper/methods/nystrom.ts';
import { oneStep } from '../hyper/methods/one-step.ts';
import { saba } from '../hyper/methods/saba.ts';
import { soba } from '../hyper/methods/soba.ts';
import { truncatedReverse } from '../hyper/methods/truncated.ts';
import { f2sa, pbgd } from '../hyper/methods/value-function.ts';
import { optimisers, smallNetwork } from '../testing/small-network.ts';
import type { Counts } from '../workspace/counts.ts';
import { prepare } from './run.ts';

const horizon = 12;
const problem = smallNetwork(optimisers.momentum!());
const { p } = problem;

async function counts(method: Method, how: 'offline' | 'online', every = 1): Promise<Counts> {
  const meta = { optimiser: (rate: Parameters<typeof sgd>[0]['rate']) => sgd({ rate }), rate: 0.01, every };
  const run = await prepare('float64', problem, method, { horizon, meta });
  const outcome = how === 'offline' ? await run.compute() : await run.metaStep();
  run.destroy();
  expect(run.counters).toEqual(outcome.counts);
  return outcome.counts;
}

const T = horizon;
/** [method, products of one hypergradient at the end, products of an inner optimisation with an update after every step]. */
const products: readonly (readonly [Method, Partial<Counts>, Partial<Counts>])[] = [
  [firstOrder, { vjps: 0, gradients: T + 1 }, { vjps: 0, gradients: 2 * T }],
  [oneStep, { vjps: 1 }, { vjps: T }],
  [exactReverse(), { vjps: 2 * T - 1 }, { vjps: 2 * T - 1 }],
  [drmad, { vjps: 2 * T - 1 }, { vjps: 2 * T - 1 }],
  [truncatedReverse({ window: 1 }), { vjps: 1 }, { vjps: T }],
  // While fewer than K steps are done there are fewer to look back on: 1 + 3 + 5 · (T − 2).
  [truncatedReverse({ window: 3 }), { vjps: 5 }, { vjps: 4 + 5 * (T - 2) }],
  [truncatedReverse({ window: T }), { vjps: 2 * T - 1 }, { vjps: T ** 2 }],
  [neumannIft({ terms: 4 }), { vjps: 5 }, { vjps: 5 * T }],
  [neumannIft({ terms: 4, last: 3 }), { vjps: 5 }, { vjps: 5 * 3 }],
  [conjugateGradientIft({ steps: 4, damping: 1, last: 3 }), { vjps: 0, hvps: 5 }, { hvps: 5 * 3 }],
  [forwardMode(), { vjps: 0, jvps: T * p }, { jvps: T * p }],
  [forwardMode({ columns: 2 }), { jvps: T * 2 * Math.ceil(p / 2) }, { jvps: T * 2 * Math.ceil(p / 2) }],
  [sharedForward({ groups: 2 }), { jvps: T * 2 }, { jvps: T * 2 }],
  [evoGrad({ copies: 3 }), { vjps: 0, hvps: 0, gradients: T + 4 }, { gradients: T * 5 }],
  [generalisedGreedy(), { vjps: T }, { vjps: T }],
  [fg2u({ directions: 3 }), { vjps: 0, jvps: 3 * T }, { jvps: 3 * T }],
  [nystromIft({ rank: 4 }), { vjps: 0, hvps: 4 + 1 }, { hvps: (4 + 1) * T }],
  [soba({ rate: 0.1 }), { hvps: T + 1, gradients: 2 * T }, { hvps: 2 * T, gradients: 2 * T }],
  [saba({ rate: 0.1, batches: 2 }), { hvps: 2 * T, gradients: 3 * T }, { hvps: 2 * T, gradients: 3 * T }],
  [f2sa({ rate: 0.1, steps: 2 }), { hvps: 0, gradients: T + 4 * T + 3 }, { gradients: (1 + 4 + 3) * T }],
  [pbgd({ rate: 0.1, steps: 2 }), { hvps: 0, gradients: T + 4 * T + 3 }, { gradients: (1 + 4 + 3) * T }],
  [bome({ rate: 0.1, steps: 3 }), { hvps: 0, gradients: T + 7 * T }, { gradients: (1 + 7) * T }],
  ...[nres, pes, tes].map((estimator): (typeof products)[number] => [
    estimator({ particles: 3, window: 4 }),
    { vjps: 0, hvps: 0, gradients: T + 6 * T },
    { gradients: T + 6 * T },
  ]),
];

describe('derivative work is counted', () => {
  for (const [method, offline, online] of products)
    it(method.title, async () => {
      expect(await counts(method, 'offline')).toMatchObject(offline);
      expect(await counts(method, 'online')).toMatchObject(online);
    });

  it('half as much where λ is updated after every second step', async () => {
    expect(await counts(oneStep, 'online', 2)).toMatchObject({ vjps: T / 2, gradients: T + T / 2 });
  });
});
