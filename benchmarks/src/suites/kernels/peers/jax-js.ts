/**
 * @file jax-js on WebGPU, each row under `jit`. Its jitted calls are deferred until someone waits for their results, so a
 * sample starts all calls and waits for all of them at the end. Every use of an array takes one reference (`.ref`).
 */
import type * as jaxjs from '@jax-js/jax';
import { inputsOf } from '../inputs.ts';
import { networks } from '../networks.ts';
import type { ConvolutionWork, DescentWork, MamlWork, NamedArray, Work } from '../work.ts';
import { adapterText, type Host } from './host.ts';
import { type JaxArray, jaxNetworks, samePadding } from './jax-networks.ts';
import { CannotDo, type Library, type Prepared } from './library.ts';
import { asleep, queueDone } from './wait.ts';

type Jax = typeof jaxjs;

/** A call with its inputs; `results` are the arrays that it makes. */
type Call = (inputs: readonly JaxArray[]) => readonly JaxArray[];

export async function open(host: Host): Promise<Library> {
  // It reads `navigator` when it is loaded, so not before.
  const jax = await import('@jax-js/jax');
  await jax.init('webgpu');
  jax.defaultDevice('webgpu');
  const device = host.devices[0]!;
  return {
    adapter: adapterText(device),
    prepare: async (work) => prepare(jax, device, work),
    close: async () => {
      device.destroy();
    },
  };
}

function prepare(jax: Jax, device: GPUDevice, work: Work): Prepared {
  switch (work.kind) {
    case 'descent-step':
      return prepareDescent(jax, device, work);
    case 'maml-gradient':
      return prepareMaml(jax, device, work);
    case 'convolution':
      return prepareConvolution(jax, device, work);
    default:
      return prepareCall(
        jax,
        device,
        inputsOf(work).map((array) => upload(jax, array)),
        callOf(jax, work),
      );
  }
}

const upload = ({ numpy }: Jax, { values, shape }: NamedArray): JaxArray =>
  numpy.array(values).reshape([...shape]);

function callOf(jax: Jax, work: Work): Call {
  const { numpy: np } = jax;
  switch (work.kind) {
    case 'matmul': {
      const product = jax.jit((a: JaxArray, b: JaxArray) => np.matmul(a, b));
      return ([a, b]) => [product(a!.ref, b!.ref)];
    }
    case 'pointwise': {
      if (work.expression === 'add') {
        const sum = jax.jit((a: JaxArray, b: JaxArray) => np.add(a, b));
        return ([a, b]) => [sum(a!.ref, b!.ref)];
      }
      const fused = jax.jit((a: JaxArray, b: JaxArray, c: JaxArray) => a.mul(b).add(np.tanh(c)));
      return ([a, b, c]) => [fused(a!.ref, b!.ref, c!.ref)];
    }
    case 'reduction': {
      const axes = { all: [0, 1], rows: [1], columns: [0] }[work.over];
      const sum = jax.jit((x: JaxArray) => np.sum(x, axes));
      return ([x]) => [sum(x!.ref)];
    }
    default:
      throw new CannotDo(`the benchmark asks it for no row of kind ${work.kind}`);
  }
}

function prepareCall(
  jax: Jax,
  device: GPUDevice,
  inputs: readonly JaxArray[],
  call: Call,
  order?: Transposition,
): Prepared {
  return {
    first: async () => {
      const results = call(inputs);
      const values: Float32Array[] = [];
      for (const [k, result] of results.entries()) {
        const ordered = order === undefined || k > 0 ? result : jax.numpy.transpose(result, [...order]);
        values.push((await asleep(ordered.data())) as Float32Array);
      }
      return values;
    },
    run: async (times) => {
      const results: JaxArray[] = [];
      for (let time = 0; time < times; time++) results.push(...call(inputs));
      await finish(jax, device, results);
      for (const result of results) result.dispose();
    },
    release: () => {
      for (const array of inputs) array.dispose();
    },
  };
}

/** Starts what is deferred and waits for the queue. */
async function finish(jax: Jax, device: GPUDevice, results: readonly JaxArray[]): Promise<void> {
  await asleep(jax.blockUntilReady([...results]) as Promise<unknown>);
  await queueDone(device);
}

type Transposition = readonly [number, number, number, number];

/**
 * Convolutions in its own layout, [N, channels, height, width] with filters [out, in, height, width]. The gradients are
 * written as the convolutions they are: one dispatch each, faster than what `grad` makes of them.
 */
function prepareConvolution(jax: Jax, device: GPUDevice, work: ConvolutionWork): Prepared {
  const { numpy: np, lax } = jax;
  const [a, b] = inputsOf(work).map((array) => upload(jax, array)) as [JaxArray, JaxArray];
  const convolve = (x: JaxArray, filter: JaxArray) => lax.convGeneralDilated(x, filter, [1, 1], samePadding);
  const images = (x: JaxArray) => settled(jax, np.transpose(x, [0, 3, 1, 2]));
  const filters = (x: JaxArray) => settled(jax, np.transpose(x, [3, 2, 0, 1]));
  const run = (f: (x: JaxArray, y: JaxArray) => JaxArray, x: JaxArray, y: JaxArray, order: Transposition) => {
    const jitted = jax.jit(f);
    return prepareCall(jax, device, [x, y], ([p, q]) => [jitted(p!.ref, q!.ref)], order);
  };
  switch (work.pass) {
    case 'forward':
      return run(convolve, images(a), filters(b), [0, 2, 3, 1]);
    case 'input-gradient':
      return run(
        (y, filter) => convolve(y, np.flip(np.transpose(filter, [1, 0, 2, 3]), [2, 3])),
        images(a),
        filters(b),
        [0, 2, 3, 1],
      );
    case 'filter-gradient':
      return run(
        (x, y) => convolve(np.transpose(x, [1, 0, 2, 3]), np.transpose(y, [1, 0, 2, 3])),
        images(a),
        images(b),
        // The result is [in, out, height, width].
        [2, 3, 0, 1],
      );
  }
}

/** An array in the order in which it is to lie in memory: a transposition alone would only be a view. */
function settled(jax: Jax, view: JaxArray): JaxArray {
  return jax.jit((x: JaxArray) => x.add(0))(view);
}

function prepareDescent(jax: Jax, device: GPUDevice, work: DescentWork): Prepared {
  const { network } = work;
  const { learningRate } = networks[network];
  const { fromInputs, toOutputs, lossOf } = jaxNetworks(jax, network);
  const { start, batches } = fromInputs(inputsOf(work));
  const [x, labels] = batches as [JaxArray, JaxArray];
  const gradient = jax.grad((p: JaxArray[], inputs: JaxArray, classes: JaxArray) =>
    lossOf(p, inputs, classes),
  );
  const step = jax.jit((p: JaxArray[], inputs: JaxArray, classes: JaxArray) => {
    const gradients = gradient(jax.tree.ref(p), inputs, classes) as JaxArray[];
    return p.map((one, k) => one.sub(gradients[k]!.mul(learningRate)));
  });
  let parameters = start;
  const advance = (): void => {
    parameters = step(parameters, x.ref, labels.ref) as JaxArray[];
  };
  return {
    first: async () => {
      advance();
      await finish(jax, device, parameters);
      return toOutputs(jax.tree.ref(parameters));
    },
    run: async (times) => {
      for (let time = 0; time < times; time++) advance();
      await finish(jax, device, parameters);
    },
    release: () => {
      for (const array of [...parameters, x, labels]) array.dispose();
    },
  };
}

function prepareMaml(jax: Jax, device: GPUDevice, work: MamlWork): Prepared {
  const { network, steps } = work;
  const { learningRate } = networks[network];
  const { fromInputs, toOutputs, lossOf } = jaxNetworks(jax, network);
  const { start, batches } = fromInputs(inputsOf(work));
  const [x, labels, queryX, queryLabels] = batches as [JaxArray, JaxArray, JaxArray, JaxArray];
  const inner = jax.grad((p: JaxArray[], inputs: JaxArray, classes: JaxArray) => lossOf(p, inputs, classes));
  const outer = (p: JaxArray[], x: JaxArray, labels: JaxArray, queryX: JaxArray, queryLabels: JaxArray) => {
    let adapted = p;
    for (let step = 0; step < steps; step++) {
      const gradients = inner(jax.tree.ref(adapted), x.ref, labels.ref) as JaxArray[];
      adapted = adapted.map((one, k) => one.sub(gradients[k]!.mul(learningRate)));
    }
    x.dispose();
    labels.dispose();
    return lossOf(adapted, queryX, queryLabels);
  };
  const gradient = jax.jit(jax.grad(outer));
  const call = () => {
    const results: unknown = gradient(jax.tree.ref(start), x.ref, labels.ref, queryX.ref, queryLabels.ref);
    return results as JaxArray[];
  };
  return {
    first: async () => {
      const results = call();
      await finish(jax, device, results);
      return toOutputs(results);
    },
    run: async (times) => {
      const results: JaxArray[] = [];
      for (let time = 0; time < times; time++) results.push(...call());
      await finish(jax, device, results);
      for (const result of results) result.dispose();
    },
    release: () => {
      for (const array of [...start, x, labels, queryX, queryLabels]) array.dispose();
    },
  };
}
