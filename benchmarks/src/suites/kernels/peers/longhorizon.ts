/** @file This repository's own tensors, as the benchmark's first library. */
import {
  add,
  conv2d,
  type Device,
  DeviceArray,
  input,
  Loop,
  matmul,
  multiply,
  openDevice,
  Plan,
  ReverseLoop,
  state,
  subtract,
  sum,
  type Tensor,
  tanh,
  vjp,
} from '@longhorizon/tensor';
import { choicesForRecord, totalBytes, variantsUsed } from '@longhorizon/tensor/compiler';
import { kernelTables } from '../../../measurements/kernel-tables/tables.ts';
import { horizonMomentum, horizonRate, horizonSize } from '../horizon.ts';
import { inputsOf } from '../inputs.ts';
import { networks } from '../networks.ts';
import {
  filterPadding,
  type HorizonWork,
  type MamlWork,
  type NamedArray,
  type NetworkName,
  type Work,
} from '../work.ts';
import type { HostOptions } from './host.ts';
import { CannotDo, type Library, type PreparedPlans } from './library.ts';
import { prepareHypergradient } from './longhorizon-hypergradients.ts';
import { descend, lossOf, type Parameters } from './longhorizon-networks.ts';
import { asleep, queueDone } from './wait.ts';

export async function open(options: HostOptions): Promise<Library> {
  const device = await openDevice({
    toggles: { enable: options.enabledToggles, disable: options.disabledToggles },
    adapter: options.adapter.device,
    choices: (adapter) => kernelTables(adapter).choices,
  });
  return {
    adapter: device.adapter,
    prepare: async (work) => ({
      ...(await prepareOn(device, work)),
      settle: async () => device.warmer?.idle(),
    }),
    close: async () => {
      await device.close();
    },
  };
}

/** Makes a work ready on a device that may be used for more. */
export async function prepareOn(device: Device, work: Work): Promise<PreparedPlans> {
  switch (work.kind) {
    case 'copy':
      throw new CannotDo('the copy kernel is measured on its own');
    case 'descent-step':
      return prepareDescent(device, work.network);
    case 'maml-gradient':
      return prepareMaml(device, work);
    case 'horizon':
      return prepareHorizon(device, work);
    case 'hypergradient':
      return prepareHypergradient(device, work);
    default:
      return preparePlan(device, work);
  }
}

/** The graph of a kernel row. */
function expressionOf(work: Work, tensors: readonly Tensor[]): Tensor {
  const [a, b, c] = tensors as [Tensor, Tensor, Tensor];
  switch (work.kind) {
    case 'matmul':
      return matmul(a, b);
    case 'pointwise':
      return work.expression === 'add' ? add(a, b) : add(multiply(a, b), tanh(c));
    case 'reduction':
      return sum(a, { all: [0, 1], rows: [1], columns: [0] }[work.over]);
    case 'convolution': {
      if (work.pass === 'forward') return conv2d(a, b, { padding: filterPadding });
      // The transposes that differentiation would write, with the forward pass left out as dead code.
      const { images, size, inChannels, outChannels } = work;
      const ofInput = work.pass === 'input-gradient';
      const unused = input(ofInput ? [images, size, size, inChannels] : [3, 3, inChannels, outChannels]);
      const y = ofInput
        ? conv2d(unused, b, { padding: filterPadding })
        : conv2d(a, unused, { padding: filterPadding });
      return vjp([y], [unused], [ofInput ? a : b])[0]!;
    }
    default:
      throw new Error(`internal: ${work.kind} is not one expression.`);
  }
}

/** A graph as one plan, run as often as asked in one submission. */
async function preparePlan(device: Device, work: Work): Promise<PreparedPlans> {
  const watch = device.ledger.watch({ except: ['staging'] });
  const arrays = inputsOf(work);
  const tensors = arrays.map(({ name, shape }) => input(shape, { name }));
  const plan = await Plan.make(device, { outputs: [expressionOf(work, tensors)], label: work.kind });
  for (const [k, tensor] of tensors.entries()) plan.inputs.get(tensor)?.write(arrays[k]!.values);
  const run = (times: number): Promise<undefined> => {
    const encoder = device.gpu.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (let time = 0; time < times; time++) plan.encode(pass);
    pass.end();
    device.submit(encoder.finish());
    return queueDone(device.gpu);
  };
  return {
    first: async () => {
      await run(1);
      return readAll(plan.outputs);
    },
    run: async (times) => {
      await run(times);
    },
    facts: () => ({
      counters: { dispatches: plan.dispatchCount },
      variants: variantsUsed([plan.program]),
      choices: choicesForRecord([plan.program]),
      peakBytes: watch.peak,
    }),
    plans: () => [{ plan, runs: 1 }],
    release: () => {
      plan.destroy();
      watch.stop();
    },
  };
}

/** Gradient descent as a loop whose carry is the parameters. */
async function prepareDescent(device: Device, network: NetworkName): Promise<PreparedPlans> {
  const watch = device.ledger.watch({ except: ['staging'] });
  const { parameters } = networks[network];
  const arrays = inputsOf({ kind: 'descent-step', network });
  const [x, labels] = arrays.slice(parameters.length).map((array) => onDevice(device, array)) as [
    DeviceArray,
    DeviceArray,
  ];
  const carry = Object.fromEntries(parameters.map(({ name, shape }) => [name, state(shape)]));
  const loop = await Loop.make(device, {
    carry,
    given: { x, labels },
    step: (p: Parameters, given: { x: Tensor; labels: Tensor }) => descend(network, p, given.x, given.labels),
    label: `descent on ${network}`,
  });
  const carried = parameters.map(({ name }) => loop.carry[name]!);
  return {
    first: async () => {
      for (const [k, array] of carried.entries()) array.write(arrays[k]!.values);
      await asleep(loop.run(1));
      return readAll(carried);
    },
    run: async (times) => {
      await asleep(loop.run(times));
    },
    facts: () => ({
      counters: { dispatches: loop.plan.dispatchCount },
      variants: variantsUsed([loop.plan.program]),
      choices: choicesForRecord([loop.plan.program]),
      predictedBytes: totalBytes(loop.predicted) + x.bytes + labels.bytes,
      peakBytes: watch.peak,
    }),
    plans: () => [{ plan: loop.plan, runs: 1 }],
    release: () => {
      loop.destroy();
      x.destroy();
      labels.destroy();
      watch.stop();
    },
  };
}

/** The inner loop forward and back with everything kept, as unrolling does: a step and its backward pass are compiled once. */
async function prepareMaml(device: Device, { network, steps }: MamlWork): Promise<PreparedPlans> {
  const watch = device.ledger.watch({ except: ['staging'] });
  const { parameters } = networks[network];
  const arrays = inputsOf({ kind: 'maml-gradient', network, steps });
  const [x, labels, queryX, queryLabels] = arrays
    .slice(parameters.length)
    .map((array) => onDevice(device, array)) as [DeviceArray, DeviceArray, DeviceArray, DeviceArray];
  const given = { x, labels, queryX, queryLabels };
  type Given = { readonly [Name in keyof typeof given]: Tensor };
  const loop = await ReverseLoop.make(device, {
    carry: Object.fromEntries(parameters.map(({ name, shape }) => [name, state(shape)])),
    given,
    step: (p: Parameters, g: Given) => descend(network, p, g.x, g.labels),
    loss: (p: Parameters, g: Given) => lossOf(network, p, g.queryX, g.queryLabels),
    parameters: [],
    maxSteps: steps,
    policy: 'everything',
    label: `MAML on ${network}`,
  });
  const carried = parameters.map(({ name }) => loop.carry[name]!);
  // Gradients come in the order of the carry's names.
  const names = Object.keys(loop.carry).sort();
  const gradients = parameters.map(({ name }) => loop.carryGradients[names.indexOf(name)]!);
  const once = async (): Promise<void> => {
    for (const [k, array] of carried.entries()) array.write(arrays[k]!.values);
    await asleep(loop.gradient(steps));
  };
  const { forward, backward, terminal } = loop.plans;
  return {
    first: async () => {
      await once();
      return readAll(gradients);
    },
    run: async (times) => {
      for (let time = 0; time < times; time++) await once();
    },
    facts: () => ({
      counters: {
        dispatches: steps * (forward.dispatchCount + backward.dispatchCount) + terminal.dispatchCount,
      },
      variants: variantsUsed([forward.program, backward.program, terminal.program]),
      choices: choicesForRecord([forward.program, backward.program, terminal.program]),
      predictedBytes:
        totalBytes(loop.predicted) + Object.values(given).reduce((sum, array) => sum + array.bytes, 0),
      peakBytes: watch.peak,
    }),
    plans: () => [
      { plan: forward, runs: steps },
      { plan: terminal, runs: 1 },
      { plan: backward, runs: steps },
    ],
    release: () => {
      loop.destroy();
      for (const array of Object.values(given)) array.destroy();
      watch.stop();
    },
  };
}

/** T steps of w ← w − η · curvature · w with momentum, as long as the horizon says. */
async function prepareHorizon(device: Device, work: HorizonWork): Promise<PreparedPlans> {
  const watch = device.ledger.watch({ except: ['staging'] });
  const [start, curvatures] = inputsOf(work) as [NamedArray, NamedArray];
  const curvature = onDevice(device, curvatures);
  const loop = await Loop.make(device, {
    carry: { w: state([horizonSize]), velocity: state([horizonSize], { class: 'optimiser state' }) },
    given: { curvature },
    step: ({ w, velocity }: { w: Tensor; velocity: Tensor }, given: { curvature: Tensor }) => {
      const next = add(multiply(velocity, horizonMomentum), multiply(given.curvature, w));
      return { w: subtract(w, multiply(next, horizonRate)), velocity: next };
    },
    label: `${work.steps} steps`,
  });
  let encodeMs = 0;
  let steps = 0;
  const run = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time++) {
      const statistics = await asleep(loop.run(work.steps));
      encodeMs += statistics.encodeMs;
      steps += work.steps;
    }
  };
  return {
    first: async () => {
      loop.carry.w.write(start.values);
      loop.carry.velocity.write(new Float32Array(horizonSize));
      await run(1);
      return readAll([loop.carry.w]);
    },
    run,
    facts: () => ({
      counters: { dispatches: loop.plan.dispatchCount * work.steps },
      notes: [`JavaScript encodes a step in ${((1000 * encodeMs) / steps).toFixed(2)} µs`],
      predictedBytes: totalBytes(loop.predicted) + curvature.bytes,
      peakBytes: watch.peak,
    }),
    plans: () => [{ plan: loop.plan, runs: work.steps }],
    release: () => {
      loop.destroy();
      curvature.destroy();
      watch.stop();
    },
  };
}

function onDevice(device: Device, { values, shape }: NamedArray): DeviceArray {
  return DeviceArray.from(device, values, shape);
}

async function readAll(arrays: readonly DeviceArray[]): Promise<readonly Float32Array[]> {
  const values: Float32Array[] = [];
  for (const array of arrays) values.push((await asleep(array.read())) as Float32Array);
  return values;
}
