/** @file Networks whose body does not depend on the size of the pictures: all tasks share it, whatever their pictures and classes are. */
import { conv4, type Model, residualNetwork } from '@longhorizon/nn';

export type NetworkOptions =
  | { readonly kind: 'convolutional'; readonly filters: readonly number[] }
  | { readonly kind: 'residual'; readonly depth: number; readonly channels: number };

/** A network for pictures [height, width, 3] of some classes. Batch norm keeps running means and variances. */
export function networkFor(
  options: NetworkOptions,
  [height, width]: readonly [number, number, ...number[]],
  classes: number,
): Model {
  const inputShape = [height, width, 3] as const;
  const norm = { running: 'shared' } as const;
  return options.kind === 'residual'
    ? residualNetwork({ depth: options.depth, channels: options.channels, classes, inputShape, norm })
    : conv4({
        filters: options.filters,
        classes,
        inputShape,
        norm,
        features: 'average',
      });
}

/** Number of weights in the body, p. */
export function bodySize(options: NetworkOptions): number {
  return bodyOf(networkFor(options, [32, 32], 2)).size;
}

/** The layout of everything but the head. */
export const bodyOf = (model: Model) => model.layout.without(model.partLayout('head'));
