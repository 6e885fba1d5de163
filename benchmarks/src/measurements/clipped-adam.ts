/** @file Adam on hypergradients of bounded norm: long exact ones explode. */
import { adam, clipNorm, type Optimiser } from '@longhorizon/nn';

/** An optimiser of λ for a learning rate; plain Adam without a limit. */
export function clippedAdam(limit?: number) {
  return (rate: Parameters<typeof adam>[0]['rate']): Optimiser => {
    const inner: Optimiser = adam({ rate });
    if (limit === undefined) return inner;
    return {
      ...inner,
      doc: `${inner.doc}, of a gradient whose norm is at most ${limit}`,
      update: (w, gradient, state, step) => inner.update(w, clipNorm(gradient, limit), state, step),
    };
  };
}
