/** @file States of a reverse loop stay in the rows that they were written to, however an adapter finds them. */
import { describe, expect, it } from 'vitest';
import { hostGpu } from '../device/adapters.ts';
import { nodeGpu } from '../device.ts';
import {
  add,
  cast,
  type Device,
  DeviceArray,
  divide,
  type MemoryPolicy,
  mean,
  multiply,
  openDevice,
  ReverseLoop,
  square,
  state,
  subtract,
  sum,
  tanh,
} from '../index.ts';
import { useDevice } from '../testing/device.ts';
import { withFaults } from '../testing.ts';

const device = useDevice();
const elements = 48;
const steps = 9;
const policies: readonly MemoryPolicy[] = ['everything', 'states', { memory: '12 KB' }];

interface Outcome {
  readonly numbers: readonly number[];
  readonly copies: number;
  readonly dispatches: number;
  readonly most: number;
}

async function gradient(on: Device, policy: MemoryPolicy, maxSteps: number = steps): Promise<Outcome> {
  const rate = DeviceArray.from(on, [0.3], []);
  const reverse = await ReverseLoop.make(on, {
    carry: { w: state([elements]), count: state([], { dtype: 'u32' }) },
    given: { rate },
    // Two arrays, whole numbers among them, and a mean that is kept for the backward pass.
    step: ({ w, count }, { rate: r }) => ({
      w: subtract(w, multiply(divide(r, cast(count, 'f32')), tanh(multiply(mean(square(w)), w)))),
      count: add(count, 1),
    }),
    loss: ({ w }) => sum(square(w)),
    parameters: [rate],
    maxSteps,
    policy,
  });
  reverse.carry.w.write(Float32Array.from({ length: elements }, (_, k) => Math.sin(k + 1)));
  reverse.carry.count.write([1]);
  const numbers: number[] = [];
  let statistics = await reverse.gradient(steps);
  for (const array of [reverse.carry.w, ...reverse.gradients, ...reverse.carryGradients, reverse.loss])
    numbers.push(...(await array.read()));
  const { forward, backward, terminal } = reverse.plans;
  const most =
    statistics.forwardSteps * forward.dispatchCount + steps * backward.dispatchCount + terminal.dispatchCount;
  // The carry holds the last state, from which it goes on.
  statistics = await reverse.gradient(steps);
  numbers.push(...(await reverse.gradients[0]!.read()));
  reverse.destroy();
  rate.destroy();
  return { numbers, copies: statistics.copies, dispatches: statistics.dispatches, most };
}

describe('rows of a reverse loop', () => {
  it('hold the states of all steps, and nothing is copied but the first of them', async () => {
    const outcomes: Outcome[] = [];
    for (const policy of policies) outcomes.push(await gradient(device(), policy));
    for (const { numbers, copies, dispatches, most } of outcomes) {
      expect(copies).toBeLessThanOrEqual(1);
      expect(dispatches).toBe(most);
      expect(numbers.every(Number.isFinite)).toBe(true);
      expect(numbers).toEqual(outcomes[0]!.numbers);
    }
  });

  it('are found by dynamic offsets where there are many, with the same bits', async () => {
    for (const policy of ['everything', 'states'] as const) {
      const few = await gradient(device(), policy);
      // More rows than bind groups are kept for on any adapter.
      const many = await gradient(device(), policy, 5000);
      expect(many.numbers).toEqual(few.numbers);
    }
  });

  it('need no dynamic offsets where an adapter has none', async () => {
    const gpu = hostGpu() ?? (await nodeGpu());
    const none = withFaults(gpu, { limits: { maxDynamicStorageBuffersPerPipelineLayout: 0 } });
    const without = await openDevice({ gpu: none });
    const expected = await gradient(device(), 'states');
    expect((await gradient(without, 'states', 5000)).numbers).toEqual(expected.numbers);
    expect((await without.close()).leaks).toEqual([]);
  });
});
