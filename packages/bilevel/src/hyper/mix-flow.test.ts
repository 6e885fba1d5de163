import { describe, expect, it } from 'vitest';
import { influenceBalancing } from '../problems/influence-balancing.ts';
import { prepare } from '../session/run.ts';
import { relativeDifference } from '../testing/numbers.ts';
import { optimisers, smallNetwork } from '../testing/small-network.ts';
import * as hyper from './methods.ts';
import { mixFlow } from './mix-flow.ts';

const horizon = 7;

async function hypergradientOf(
  ...[problem, method]: [Parameters<typeof prepare>[1], Parameters<typeof prepare>[2]]
) {
  const run = await prepare('float64', problem, method, { horizon });
  await run.compute();
  const found = await run.read('hypergradient');
  run.destroy();
  return found;
}

describe('MixFlow', () => {
  const hosts = [
    hyper.exactReverse(),
    hyper.replay({ arity: 3 }),
    hyper.truncatedReverse({ window: 3 }),
    hyper.drmad,
    hyper.oneStep,
    hyper.neumannIft({ terms: 3 }),
    hyper.generalisedGreedy(),
  ];
  for (const [name, optimiser] of Object.entries(optimisers))
    for (const host of hosts)
      it(`gives the hypergradient of ${host.name} through ${name}, for one task and side by side`, async () => {
        for (const tasks of [undefined, 2]) {
          const problem = smallNetwork(optimiser(), tasks);
          const [mixed, plain] = [
            await hypergradientOf(problem, mixFlow(host)),
            await hypergradientOf(problem, host),
          ];
          expect(plain.some((value) => value !== 0)).toBe(true);
          expect(relativeDifference(mixed, plain)).toBeLessThan(1e-12);
        }
      });

  it('says that it is there, and refuses steps that follow no gradient', async () => {
    const method = mixFlow(hyper.exactReverse());
    expect(method.title).toBe('Exact reverse mode (RMD, states), MixFlow');
    await expect(hypergradientOf(influenceBalancing(), method)).rejects.toThrow(
      'exact-reverse: with mixed products the update has to go along the gradient of the inner loss',
    );
    const long = mixFlow(hyper.truncatedReverse({ window: 9 }));
    await expect(hypergradientOf(smallNetwork(optimisers.sgd!()), long)).rejects.toThrow(
      'longer than the horizon',
    );
  });
});
