/** @file Worked examples of the perturbation with the authors' φ, float64, and how they are checked: values, 82 derivatives, the input's. */
import { readFileSync } from 'node:fs';
import {
  constant,
  type Device,
  evaluate,
  evaluateOnDevice,
  filled,
  input,
  multiply,
  sum,
  type Tensor,
  transpose,
  vjp,
} from '@longhorizon/tensor';
import { expect } from 'vitest';
import { perturbation } from '../perturbation.ts';
import { runningAfter } from '../perturbed.ts';
import { authorsPhi, numbersOf, phiLayout, phiName } from '../phi.ts';

type Nested = number | readonly Nested[];

interface Golden {
  readonly name: string;
  readonly shape: readonly [number, number, number, number];
  readonly channel_norm_factor: number;
  readonly spatial_norm_factor: number;
  readonly noise_coeff: number;
  readonly clipval: number | null;
  readonly input: Nested;
  readonly eps: Nested;
  readonly expected: Readonly<Record<string, Nested>>;
  readonly expected_eval_with_those_running_stats_no_clip: Readonly<Record<string, Nested>>;
  readonly gradient_check: {
    readonly g: Nested;
    readonly d_loss_d_params: Readonly<Record<string, Nested>>;
    readonly d_loss_d_input: Nested;
  };
}

export const goldenExamples = JSON.parse(
  readFileSync(new URL('golden.test.json', import.meta.url), 'utf8'),
) as readonly Golden[];

const flat = (nested: Nested): readonly number[] =>
  typeof nested === 'number' ? [nested] : nested.flatMap(flat);

/** The values of outputs for feeds, on the reference or a device. */
export async function valuesOn(
  backend: Device | 'float64',
  outputs: readonly Tensor[],
  feeds: ReadonlyMap<Tensor, ArrayLike<number>>,
): Promise<readonly ArrayLike<number>[]> {
  if (backend !== 'float64') return evaluateOnDevice(backend, outputs, feeds);
  const arrays = [...feeds].map(([tensor, values]) => {
    const { shape, dtype } = tensor;
    return [tensor, { shape, dtype, data: Float64Array.from(values) }] as const;
  });
  return evaluate(outputs, new Map(arrays)).map(({ data }) => data);
}

/** Largest difference, and the largest number that it may be compared with. */
function expectClose(what: string, found: ArrayLike<number>, wanted: Nested, tolerance: Tolerance): void {
  const right = flat(wanted);
  expect(found.length, what).toBe(right.length);
  const size = tolerance.relative ? Math.max(...right.map(Math.abs)) : 1;
  right.forEach((value, k) => {
    expect(Math.abs(found[k]! - value), `${what}, element ${k}`).toBeLessThanOrEqual(tolerance.of * size);
  });
}

interface Tolerance {
  readonly of: number;
  /** To the largest number of the array. */
  readonly relative: boolean;
}

/** [B, H, W, C] → [B, C, H, W], the order of the examples. */
const channelsFirst = (x: Tensor) => transpose(x, [0, 3, 1, 2]);
const channelsLast = (x: Tensor) => transpose(x, [0, 2, 3, 1]);

/** Everything that an example says. */
export async function expectGolden(
  backend: Device | 'float64',
  golden: Golden,
  tolerance: Tolerance,
): Promise<void> {
  const { shape, expected, gradient_check: gradients } = golden;
  const [x, epsilon, g] = [input(shape), input(shape), input(shape)];
  const phi = input([phiLayout.paddedLength]);
  const at = (part: Parameters<typeof phiName>[0]) => phiLayout.view(phi, phiName(part));
  const options = {
    channelNorm: golden.channel_norm_factor,
    spatialNorm: golden.spatial_norm_factor,
    kappa: golden.noise_coeff,
  };
  const clip = golden.clipval ?? undefined;
  const made = perturbation(channelsLast(x), at, channelsLast(epsilon), { ...options, clip });
  const y = channelsFirst(made.y);
  const channels = shape[1];
  const kept = { mean: filled(0, [channels, 4]), variance: filled(1, [channels, 4]) };
  const running = runningAfter(kept, made.statistics, shape[0]);
  const judged = perturbation(channelsLast(x), at, channelsLast(epsilon), {
    ...options,
    statistics: running,
  });
  const [byPhi, byInput] = vjp([sum(multiply(y, g))], [phi, x], [constant(1)]);
  const evaluated = golden.expected_eval_with_those_running_stats_no_clip;
  const rows: readonly (readonly [string, Tensor, Nested])[] = [
    ['μ', channelsFirst(made.mu), expected.mu!],
    ['z', channelsFirst(made.z), expected.z_softplus!],
    ['h', made.h!, expected.pooled_h!],
    ['m', made.statistics.mean, expected.batch_mean!],
    ['v', made.statistics.variance, expected.batch_var_unbiased!],
    ['logit', made.logit, expected.scale_logit!],
    ['s', made.s, expected.scale!],
    ['r', channelsFirst(made.r), expected.multiplier!],
    ['y', y, expected.output!],
    ['running mean', running.mean, expected.running_mean_after!],
    ['running variance', running.variance, expected.running_var_after!],
    ['evaluated', channelsFirst(judged.y), evaluated.output!],
    ['evaluated s', judged.s, evaluated.scale!],
    ['∂/∂x', byInput!, gradients.d_loss_d_input],
  ];
  const feeds = new Map<Tensor, ArrayLike<number>>([
    [x, flat(golden.input)],
    [epsilon, flat(golden.eps)],
    [g, flat(gradients.g)],
    [phi, authorsPhi()],
  ]);
  const values = await valuesOn(backend, [...rows.map(([, tensor]) => tensor), byPhi!], feeds);
  for (const [k, [what, , wanted]] of rows.entries()) expectClose(what, values[k]!, wanted, tolerance);
  const names = ['phi_1.w_identity', 'phi_1.w_all', 'phi_2.w_identity', 'phi_2.w_all', 'kernel', 'fc.weight'];
  const all = names.flatMap((name) => flat(gradients.d_loss_d_params[name]!));
  expect(all).toHaveLength(82);
  expectClose('∂/∂φ', numbersOf(values.at(-1)!), all, tolerance);
}
