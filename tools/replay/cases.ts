/** @file The programs that are replayed: each op's test cases with their first derivatives, training steps, methods on the analytic problems. */
import {
  drmad,
  exactReverse,
  forwardMode,
  type Method,
  neumannIft,
  oneStep,
  type Problem,
  refusal,
  truncatedReverse,
} from '@longhorizon/bilevel';
import { Inner } from '@longhorizon/bilevel/authoring';
import { ratesOfSize, trackingOfSize } from '@longhorizon/bilevel/problems';
import {
  conv2d,
  input,
  jvp,
  logsumexp,
  matmul,
  mean,
  softmax,
  sum,
  type Tensor,
  variance,
  vjp,
} from '@longhorizon/tensor';
import { allOps, type ProgramRequest } from '@longhorizon/tensor/compiler';
import { examples } from '../cli/plan/examples.ts';

export interface ReplayCase {
  /** A file name without its ending, unique. */
  readonly name: string;
  readonly request: ProgramRequest;
}

const likeAt = (name: string) => (tensor: Tensor, slot: number) =>
  input(tensor.shape, { name: `${name}${slot}` });

function isPresent<T>(value: T | undefined): value is T {
  return value !== undefined;
}

/** The value, the tangent and the cotangents of each test case of each op. */
function* opCases(): Generator<ReplayCase> {
  for (const op of allOps)
    for (const [position, { inputs, apply, valuesOnly }] of op.cases.entries()) {
      const tensors = inputs.map(({ shape, dtype = 'f32' }, slot) =>
        input(shape, { dtype, name: `input${slot}` }),
      );
      const output = apply(...tensors);
      const name = `op-${op.name}-${position}`;
      yield { name: `${name}-value`, request: { outputs: [output] } };
      const variables = tensors.filter(({ dtype }) => dtype === 'f32');
      if (valuesOnly || op.derivative.kind === 'none' || output.dtype !== 'f32' || variables.length === 0)
        continue;
      const pushed = jvp([output], variables, variables.map(likeAt('tangent'))).filter(isPresent);
      if (pushed.length > 0) yield { name: `${name}-jvp`, request: { outputs: pushed } };
      const pulled = vjp([output], variables, [likeAt('cotangent')(output, 0)]).filter(isPresent);
      if (pulled.length > 0) yield { name: `${name}-vjp`, request: { outputs: pulled } };
    }
}

/** Sums that are long, of sizes with many and with few divisors. */
const longSums: Readonly<Record<string, () => Tensor>> = {
  'sum-million': () => sum(input([1_000_000])),
  'sum-prime': () => sum(input([1_000_003])),
  'sum-columns': () => sum(input([65_536, 64]), 0),
  'sum-columns-prime': () => sum(input([65_537, 4]), 0),
  'sum-rows': () => sum(input([64, 65_536]), 1),
  'mean-of-channels': () => mean(input([25, 84, 84, 32]), [0, 1, 2]),
  'variance-million': () => variance(input([1_000_000])),
  'softmax-long': () => softmax(input([4, 100_003])),
  'logsumexp-long': () => logsumexp(input([100_003])),
  'matmul-long': () => matmul(input([8, 1_000_000]), input([1_000_000, 8])),
  'matmul-prime': () => matmul(input([1, 65_537]), input([65_537, 1])),
  'conv2d-filter-gradient-large': () => {
    const [x, filter] = [input([25, 84, 84, 3]), input([3, 3, 3, 32])];
    const [gradient] = vjp([conv2d(x, filter, { padding: 'same' })], [filter], [input([25, 84, 84, 32])]);
    return gradient!;
  },
};

function* methodCases(): Generator<ReplayCase> {
  const problems: readonly Problem[] = [
    trackingOfSize(100, 100),
    trackingOfSize(1000, 10),
    ratesOfSize(100, 10),
  ];
  const methods: readonly Method[] = [
    exactReverse(),
    truncatedReverse({ window: 5 }),
    drmad,
    forwardMode(),
    neumannIft({ terms: 5 }),
    oneStep,
  ];
  const horizon = 10;
  for (const [number, problem] of problems.entries())
    for (const method of methods) {
      if (refusal(method, problem, horizon) !== undefined) continue;
      // The float64 form declares every step of the sweep as a computation of the workspace.
      const inner = new Inner(problem, horizon, 'float64');
      method.build(inner);
      void [inner.restart, inner.step];
      for (const computation of inner.workspace.computations) {
        if (computation.updates.size === 0) continue;
        const updates = new Map(
          [...computation.updates].map(([variable, value]) => [variable.tensor, value]),
        );
        yield {
          name: `method-${method.name}-${problem.name}${number}-${computation.name}`,
          request: { outputs: [], updates },
        };
      }
    }
}

/** All programs, in a fixed order, with names made of letters, digits and dashes. */
export function* replayCases(): Generator<ReplayCase> {
  const seen = new Map<string, number>();
  const all = function* () {
    yield* opCases();
    for (const [name, make] of Object.entries(longSums))
      yield { name: `long-${name}`, request: { outputs: [make()] } };
    for (const [name, { make }] of Object.entries(examples)) yield { name: `step-${name}`, request: make() };
    yield* methodCases();
  };
  for (const { name, request } of all()) {
    const plain = name.replaceAll(/[^A-Za-z0-9]+/g, '-');
    const count = seen.get(plain) ?? 0;
    seen.set(plain, count + 1);
    yield { name: count === 0 ? plain : `${plain}-again-${count}`, request };
  }
}
