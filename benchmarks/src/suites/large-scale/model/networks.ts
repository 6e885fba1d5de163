/** @file Networks whose body does not depend on the size of the pictures: all tasks share it, whatever their pictures and classes are. */
import { conv4, type Model, residualNetwork } from '@longhorizon/nn';
import { ShapeError } from '@longhorizon/tensor';

export type NetworkOptions =
  | { readonly kind: 'convolutional'; readonly filters: readonly number[] }
  | { readonly kind: 'residual'; readonly depth: number; readonly channels: number };

/** A network made by hand, for pictures [height, width, 3]; it must keep running statistics. */
export type NetworkMaker = (inputShape: readonly [number, number, 3], classes: number) => Model;

/** A network for pictures [height, width, 3] of some classes. Batch norm keeps running means and variances. */
export function networkFor(
  options: NetworkOptions | NetworkMaker,
  [height, width]: readonly [number, number, ...number[]],
  classes: number,
): Model {
  if (typeof options === 'function') return options([height, width, 3], classes);
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

/** @throws ShapeError where two networks' bodies differ, as they do when a layer's size depends on that of the pictures */
export function checkSameBody(first: Model, other: Model): void {
  const [a, b] = [bodyOf(first), bodyOf(other)];
  if (a.print() === b.print()) return;
  throw new ShapeError(
    `The body of ${first.name} has ${a.size} weights for pictures of ${first.inputShape.join(' × ')}, but ${b.size} for pictures of ` +
      `${other.inputShape.join(' × ')}, so tasks of both sizes cannot share it; use a network that averages its features over the picture, ` +
      'or bring all pictures to one size.',
  );
}
