/** @file MixFlow: any method that goes back through steps, with products of second derivatives forward over reverse. */
import type { Method } from './method.ts';

/**
 * A method whose products αA and αB are taken the mixed way: with u the cotangent of ∇_w L^tr in a step, uᵀ∇²L^tr and u∂_λ∇_wL^tr are what a tangent of
 * ∇L^tr along u is, since second derivatives are symmetric. The hypergradient is the same but for rounding; what a reverse pass through a reverse
 * pass keeps of the network is not needed, so a step's backward pass needs less memory.
 *
 * @param host exact reverse mode, truncated reverse mode, DrMAD, or another that takes such products
 *
 * @example
 * ```ts
 * import { exactReverse, mixFlow, prepare } from '@longhorizon/bilevel';
 * import { trackingOfSize } from '@longhorizon/bilevel/problems';
 *
 * const problem = trackingOfSize(4, 2);
 * const run = await prepare('float64', problem, mixFlow(exactReverse()), { horizon: 3 });
 * await run.compute();
 * const [first] = await run.read('hypergradient');
 * console.assert(Math.abs(first - problem.closedForm(3).hypergradient[0]) < 1e-12);
 * run.destroy();
 * ```
 */
export function mixFlow(host: Method): Method {
  return {
    ...host,
    title: `${host.title}, MixFlow`,
    source: `${host.source}; Kemaev et al., "Scalable meta-learning via mixed-mode differentiation", ICML 2025, arXiv 2505.00793`,
    refuses: (facts, horizon) =>
      facts.updateFollowsGradient
        ? host.refuses?.(facts, horizon)
        : `${host.name}: with mixed products the update has to go along the gradient of the inner loss, and that of problem '${facts.problem.name}' does not; write it as descend(optimiser, innerLoss), or leave MixFlow out.`,
    build: (inner) => {
      inner.isMixed = true;
      return host.build(inner);
    },
  };
}
