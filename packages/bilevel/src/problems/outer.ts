/** @file Outer losses of the analytic problems, as graph and as numbers. */
import { add, multiply, sin, square, subtract, sum, type Tensor } from '@longhorizon/tensor';
import { type HostArray, hostArray } from '../problem/host-array.ts';
import type { GivenTensors } from '../problem/problem.ts';

/** What the outer loss is: ½ scale ‖w − c‖², the scale being 1 where it is left out, or ‖w‖² + 10‖sin w‖², which has many valleys. */
export type OuterKind =
  | { readonly kind: 'quadratic'; readonly c: ArrayLike<number>; readonly scale?: number }
  | { readonly kind: 'sine' };

export interface OuterForm {
  readonly given: Readonly<Record<string, HostArray>>;
  loss(w: Tensor, given: GivenTensors): Tensor;
  /** The loss and its gradient at a point, in numbers. */
  at(w: ArrayLike<number>): { readonly loss: number; readonly gradient: Float64Array };
}

export function outerForm(kind: OuterKind): OuterForm {
  if (kind.kind === 'quadratic') {
    const { c, scale = 1 } = kind;
    return {
      given: { c: hostArray(c) },
      loss: (w, given) => multiply(0.5 * scale, sum(square(subtract(w, given.c!)))),
      at: (w) => {
        const away = Float64Array.from(w, (value, k) => value - c[k]!);
        const loss = 0.5 * scale * away.reduce((total, one) => total + one * one, 0);
        return { loss, gradient: away.map((one) => scale * one) };
      },
    };
  }
  return {
    given: {},
    loss: (w) => add(sum(square(w)), multiply(10, sum(square(sin(w))))),
    at: (w) => ({
      loss: Array.from(w).reduce((total, x) => total + x * x + 10 * Math.sin(x) ** 2, 0),
      gradient: Float64Array.from(w, (x) => 2 * x + 10 * Math.sin(2 * x)),
    }),
  };
}
