import { add } from '@longhorizon/tensor';
import { expect, it } from 'vitest';
import type { Method } from '../hyper/method.ts';
import { oneStep } from '../hyper/methods/one-step.ts';
import { learnStart } from '../problems/learned-start.ts';
import { trackingOfSize } from '../problems/tracking.ts';
import { execute } from '../workspace/workspace.ts';
import { prepare, refusal } from './run.ts';

/** One-step look-ahead as a newcomer may write it: `inner.step` is named in the closure alone, and nothing is said of learned starts. */
const own: Method = {
  id: 'hyper/own',
  name: 'own',
  title: 'Own',
  source: 'this file',
  complexity: { memory: 'O(d + p)' },
  form: 'online',
  exact: false,
  build: (inner) => {
    const at = inner.pointOf(inner.carry);
    const next = inner.phi(at);
    const { loss, alpha, direct } = inner.outerAt(next.w, inner.afterThisStep);
    const { B } = inner.weightProducts(at, alpha);
    const both = inner.workspace.computation('step with αB', [
      ...inner.updatesOf(inner.carry, next),
      ...inner.result(add(direct, B), loss),
    ]);
    return {
      step: (t, hyper) => [execute(hyper ? both : inner.step, t - 1)],
      hypergradient: () => [],
    };
  },
};

it('a method that names the inner step for the first time while it runs is run', async () => {
  const found: Float64Array[] = [];
  for (const method of [own, oneStep]) {
    const made = await prepare('float64', trackingOfSize(6, 3), method, { horizon: 10 });
    await made.compute();
    found.push(await made.read('hypergradient'));
    made.destroy();
  }
  expect(found[0]).toEqual(found[1]);
});

it('a method that says nothing of learned starts is refused where there is one, in its own name', () => {
  const learned = learnStart(trackingOfSize(4, 2));
  expect(refusal(own, learned, 3)).toMatch(
    /^own: in problem 'tracking-start' the weights begin at a function of λ/,
  );
  expect(refusal({ ...own, followsStart: true }, learned, 3)).toBeUndefined();
});
