/** Mistakes in what a loop or plan is made of or run with are answered by a sentence that names the remedy. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Device, openDevice } from '../device/index.ts';
import type { Tensor } from '../graph/tensor.ts';
import { add, array, multiply, sum, tanh } from '../ops/index.ts';
import { input } from '../ops/leaf/input.ts';
import { DeviceArray } from '../runtime/device-array.ts';
import { evaluateOnDevice } from '../runtime/evaluate.ts';
import { Plan } from '../runtime/plan.ts';
import { Loop } from './loop.ts';
import { ReverseLoop } from './reverse.ts';
import { state } from './state.ts';

let device: Device;
beforeAll(async () => {
  device = await openDevice();
});
afterAll(async () => {
  expect((await device.close()).leaks).toEqual([]);
});

const carry = { w: state([4]) };
/** What JavaScript lets through and the types do not. */
const untyped = (value: unknown) => value as never;

describe('values and feeds', () => {
  const q = input([2], { name: 'q' });
  const remedy = 'give a typed array or an array of numbers, flat, in the order of the axes.';

  it.each([
    [{ shape: [2], dtype: 'f32', data: Float64Array.of(1, 2) }, "an object was given for 'q'"],
    [7, "the number 7 was given for 'q'"],
    [[[1, 2]], "element 0 of 'q' is an array"],
  ])('a feed that is no array of numbers is refused: %j', async (value, found) => {
    await expect(evaluateOnDevice(device, [tanh(q)], new Map([[q, untyped(value)]]))).rejects.toThrow(
      new TypeError(`evaluateOnDevice: ${found}; ${remedy}`),
    );
  });

  it('feeds that are no map are refused', async () => {
    await expect(evaluateOnDevice(device, [tanh(q)], untyped({ q: [1, 2] }))).rejects.toThrow(
      'evaluateOnDevice: an object was given for the feeds; give a Map from inputs to their values',
    );
  });

  it('a plan is bound to device arrays alone', async () => {
    const request = { outputs: [tanh(q)], arrays: new Map([[q, untyped(Float32Array.of(1, 2))]]) };
    await expect(Plan.make(device, request)).rejects.toThrow(
      'plan: a Float32Array was bound where the program has f32[2]; bind an array on the device, made with DeviceArray.from.',
    );
  });

  it('an array is made of numbers, on the device and in the graph', () => {
    expect(() => DeviceArray.from(device, untyped(undefined))).toThrow(
      `DeviceArray.from: undefined was given for the values; ${remedy}`,
    );
    expect(() => array(untyped(undefined))).toThrow(`array: undefined was given for the values; ${remedy}`);
  });
});

describe('an input that nobody gives', () => {
  const q = input([4], { name: 'q' });
  const sentence =
    "reads input 'q' f32[4], which is neither carry nor given; pass a device array of that shape in given.";
  const reads = ({ w }: { w: Tensor }) => ({ w: add(w, q) });
  const plain = ({ w }: { w: Tensor }) => ({ w: add(w, 1) });

  it('is named by every loop, before anything is allocated', async () => {
    const before = device.ledger.live;
    await expect(Loop.make(device, { carry, step: reads })).rejects.toThrow(`loop: the step ${sentence}`);
    const request = { carry, parameters: [], maxSteps: 2, loss: ({ w }: { w: Tensor }) => sum(w) };
    await expect(ReverseLoop.make(device, { ...request, step: reads })).rejects.toThrow(sentence);
    const loss = ({ w }: { w: Tensor }) => sum(multiply(w, q));
    await expect(ReverseLoop.make(device, { ...request, step: plain, loss })).rejects.toThrow(
      `reverse: the loss ${sentence}`,
    );
    expect(() => ReverseLoop.predict(device, { ...request, step: reads })).toThrow(sentence);
    expect(device.ledger.live).toBe(before);
  });

  it('is named by a plan when it is run, until somebody writes it', async () => {
    const plan = await Plan.make(device, { outputs: [tanh(q)], label: 'a tanh' });
    expect(() => plan.run()).toThrow(
      "plan: input 'q' f32[4] of a tanh was never given a value; write to plan.inputs.get(it), or bind a device array to it in arrays.",
    );
    plan.inputs.get(q)!.write([0, 0, 0, 0]);
    plan.run();
    expect(await plan.outputs[0]!.read()).toEqual(new Float32Array(4));
    plan.destroy();
    await expect(evaluateOnDevice(device, [tanh(q)])).rejects.toThrow(
      "input 'q' f32[4] has no value; add it to the feeds.",
    );
  });

  it('may be what another plan writes', async () => {
    const reader = await Plan.make(device, { outputs: [add(q, 1)] });
    const x = array([1, 2, 3, 4]);
    const writer = await Plan.make(device, {
      outputs: [multiply(x, 2)],
      outputArrays: [reader.inputs.get(q)],
    });
    writer.run();
    reader.run();
    expect(await reader.outputs[0]!.read()).toEqual(Float32Array.of(3, 5, 7, 9));
    reader.destroy();
    writer.destroy();
  });
});

describe('what a loop is made of', () => {
  it.each([
    [
      () => undefined,
      'the step returned undefined; it is a plain function that returns the next carry, {w}.',
    ],
    [async () => ({}), 'the step returned a promise (await it, or do not make it async)'],
    [() => ({ w: 3 }), "the step returned the number 3 at 'w', which is not a tensor; write constant(x)"],
    [undefined, 'there is no step'],
  ])('a step %s is refused', async (step, sentence) => {
    await expect(Loop.make(device, { carry, step: untyped(step) })).rejects.toThrow(`loop: ${sentence}`);
  });

  it('what is given are live device arrays', async () => {
    const step = ({ w }: { w: Tensor }) => ({ w: add(w, 1) });
    await expect(Loop.make(device, { carry, given: untyped({ x: [1] }), step })).rejects.toThrow(
      "loop: given 'x.0' is the number 1; what a step is given are device arrays",
    );
    const gone = new DeviceArray(device, [4], { label: 'goal' });
    gone.destroy();
    await expect(Loop.make(device, { carry, given: { goal: gone }, step })).rejects.toThrow(
      "A loop that reads it was asked of the buffer 'goal', which has been destroyed.",
    );
  });

  it('a memory policy that is none is refused, and none means to keep the states', async () => {
    const request = {
      carry,
      step: ({ w }: { w: Tensor }) => ({ w: tanh(w) }),
      loss: ({ w }: { w: Tensor }) => sum(w),
      parameters: [],
      maxSteps: 3,
    };
    expect(ReverseLoop.predict(device, request)).toEqual(
      ReverseLoop.predict(device, { ...request, policy: 'states' }),
    );
    expect(() => ReverseLoop.predict(device, { ...request, policy: untyped('all') })).toThrow(
      "reverse: the text 'all' is no memory policy; give 'states', 'everything', { memory: '512MiB' } or { arity: 10 }.",
    );
    expect(() => ReverseLoop.predict(device, { ...request, policy: { arity: 1.5 } })).toThrow(
      'reverse: a tree of arity 1.5 was asked for; give a whole number of 2 or more.',
    );
  });

  it('a device is awaited', async () => {
    const promise = untyped(Promise.resolve(device));
    expect(() => new DeviceArray(promise, [4])).toThrow('DeviceArray: the device is a promise: await it');
    await expect(Loop.make(promise, { carry, step: ({ w }) => ({ w: add(w, 1) }) })).rejects.toThrow(
      'the device is a promise: await it, as in const device = await openDevice().',
    );
    await expect(Plan.make(untyped(undefined), { outputs: [] })).rejects.toThrow(
      'this is undefined. Open one',
    );
  });
});

describe('after destroying', () => {
  it('a run of a loop, and one that reads a destroyed array, is refused', async () => {
    const goal = DeviceArray.from(device, [1, 2, 3, 4], [4], { label: 'goal' });
    const loop = await Loop.make(device, {
      carry,
      given: { goal },
      step: ({ w }, { goal: to }) => ({ w: add(w, to) }),
      label: 'a step',
    });
    await loop.run(1);
    goal.destroy();
    await expect(loop.run(1)).rejects.toThrow(
      "A run was asked of a step, whose array 'goal' has been destroyed. Destroy an array after what is bound to it.",
    );
    loop.destroy();
    await expect(loop.run(1)).rejects.toThrow('A run was asked of a step, which has been destroyed.');
    // Nothing of it reached the GPU.
    await device.idle();
  });
});

describe('values', () => {
  it.each([
    ['u32', [1, 1.5], 'element 1 is 1.5'],
    ['u32', [-1, 0], 'element 0 is -1'],
    ['u32', [2 ** 33, 0], 'element 0 is 8589934592'],
    ['i32', [0, Number.NaN], 'element 1 is NaN'],
    ['i32', [-(2 ** 31) - 1, 0], 'element 0 is -2147483649'],
  ] as const)('an array of %s does not take %j', (dtype, values, sentence) => {
    expect(() => array(values, [2], dtype)).toThrow(`array: ${sentence}, which does not fit ${dtype}`);
    const place = new DeviceArray(device, [2], { dtype });
    expect(() => place.write(values)).toThrow(`write: ${sentence}, which does not fit ${dtype}`);
    expect(() => place.write(values)).toThrow(RangeError);
    place.destroy();
  });

  it('operands are tensors or numbers', () => {
    const x = input([3]);
    const held = new DeviceArray(device, [3]);
    expect(() => add(x, untyped([1, 2, 3]))).toThrow('add: an operand is an array; use array([...]).');
    expect(() => add(x, untyped(held))).toThrow(
      'add: an operand is a DeviceArray, which holds values; pass it in `given`',
    );
    held.destroy();
  });

  it('the types refuse what they can', () => {
    const never = () => {
      // @ts-expect-error a device is awaited
      void Loop.make(openDevice(), { carry, step: ({ w }) => ({ w }) });
      // @ts-expect-error an operand is a tensor or a number
      add(input([3]), [1, 2, 3]);
      // @ts-expect-error a loop has a step
      void Loop.make(device, { carry });
      // @ts-expect-error what is given are device arrays
      new DeviceArray(device, [3]).write('abc');
    };
    expect(never).toBeTypeOf('function');
  });
});

it('an array of another device is named', async () => {
  const other = await openDevice();
  const goal = DeviceArray.from(other, [1, 2, 3, 4], [4], { label: 'goal' });
  const step = ({ w }: { w: Tensor }, given: { goal: Tensor }) => ({ w: add(w, given.goal) });
  await expect(Loop.make(device, { carry, given: { goal }, step })).rejects.toThrow(
    "plan: the array 'goal' lies on another device than the plan; make it with DeviceArray.from on this one.",
  );
  goal.destroy();
  await other.close();
});

it('an output that is no tensor is named', async () => {
  await expect(evaluateOnDevice(device, untyped([[1, 2]]))).rejects.toThrow(
    'evaluateOnDevice: an output is an array; use array([...]).',
  );
});
