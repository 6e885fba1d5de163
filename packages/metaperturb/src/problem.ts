/**
 * @file What meta-training approximates, stated as a bilevel problem: min over φ of (1/T) Σ_t L^val_t(θ_t(φ), φ), where θ_t is what training under φ
 * ends in. λ = φ, p = 82; the weights are those of all tasks; the outer loss depends on φ directly as well. Any method differentiates it.
 *
 * A problem's Φ carries weights and an optimiser's state alone, so all statistics are those of the batch, of batch norm's too: give a host built with
 * `norm: {}`. The noise of a step is drawn from a key and the first two positions of its batch: the same batch, the same noise.
 */
import { defineProblem, descend, type GivenTensors, hostArray, type Problem } from '@longhorizon/bilevel';
import { crossEntropy, type Model, type Optimiser, sgd } from '@longhorizon/nn';
import {
  elementCount,
  foldIn,
  gather,
  randomIntegers,
  randomKey,
  reshape,
  slice,
  splitKey,
  type Tensor,
  vmap,
} from '@longhorizon/tensor';
import { checkHeads } from './meta-training.ts';
import { perturbed } from './perturbed.ts';
import { phiLayout, untrainedPhi } from './phi.ts';

/** Examples of one source task: a row of pixels each, and labels below the number of classes. */
export interface TaskExamples {
  readonly name: string;
  readonly classes: number;
  readonly train: { readonly x: ArrayLike<number>; readonly labels: ArrayLike<number> };
  readonly validation: { readonly x: ArrayLike<number>; readonly labels: ArrayLike<number> };
}

/** What the problem is made from. */
export interface MetaPerturbProblemOptions {
  /** The network of every task, without running statistics. */
  readonly host: Model;
  /** All of the same size. */
  readonly tasks: readonly TaskExamples[];
  /** Examples of an inner step and of the outer loss. */
  readonly batch: number;
  /** Φ; descent at 0.1 when left out. */
  readonly optimiser?: Optimiser;
  /** φ at the start; normal with deviation 0.01 when left out. */
  readonly phi?: ArrayLike<number>;
  /** Of weights, φ, noise and batches. */
  readonly seed?: number;
}

/**
 * The bilevel problem of MetaPerturb.
 *
 * @throws RangeError where the tasks do not fit one head or differ in size
 */
export function metaPerturbProblem(options: MetaPerturbProblemOptions): Problem {
  const { host, tasks, batch, optimiser = sgd({ rate: 0.1 }), seed = 0 } = options;
  checkHeads(host, tasks);
  const key = foldIn(randomKey(seed), 0, 'metaperturb');
  const model = perturbed(host);
  const count = tasks.length;
  const sizeOf = (half: 'train' | 'validation') => {
    const sizes = new Set(tasks.map((task) => task[half].labels.length));
    if (sizes.size > 1)
      throw new RangeError(
        `metaPerturbProblem: the tasks have ${[...sizes].join(', ')} ${half} examples; give every task the same number.`,
      );
    return [...sizes][0]!;
  };
  const features = elementCount(host.inputShape);
  const arrays = (half: 'train' | 'validation') => {
    const examples = sizeOf(half);
    const x = new Float32Array(count * examples * features);
    const labels = new Uint32Array(count * examples);
    for (const [k, task] of tasks.entries()) {
      x.set(Array.from(task[half].x), k * examples * features);
      labels.set(Array.from(task[half].labels), k * examples);
    }
    return {
      [`${half}X`]: hostArray(x, [count, examples, features]),
      [`${half}Labels`]: hostArray(labels, [count, examples], { dtype: 'u32' }),
    };
  };
  const positions = (half: 'train' | 'validation') => (_: GivenTensors, step: Tensor) =>
    randomIntegers(foldIn(foldIn(key, 0, half), step), [count, batch], sizeOf(half));
  const noise = vmap((own: Tensor, drawn: Tensor) => {
    const at = (k: number) => reshape(slice(drawn, [k], [k + 1]), []);
    return foldIn(foldIn(own, at(0)), at(Math.min(1, batch - 1)));
  });
  const lossOf =
    (half: 'train' | 'validation'): Problem['innerLoss'] =>
    (w, lambda, given, drawn) => {
      const own = (name: string) => gather(given[name]!, drawn!, 1, { batched: true });
      const x = reshape(own(`${half}X`), [count, drawn!.shape[1]!, ...host.inputShape]);
      const keys = noise(splitKey(foldIn(key, 0, `noise ${half}`), count, 'task'), drawn!);
      const weights = [[host.layout, w] as const, [phiLayout, lambda] as const];
      const { outputs } = model.apply(weights, x, { key: keys });
      return vmap((one: Tensor, labels: Tensor) => crossEntropy(one, labels))(outputs, own(`${half}Labels`));
    };
  const innerLoss = lossOf('train');
  return defineProblem({
    name: 'metaperturb',
    title: 'a perturbation of 82 numbers, from tasks that share nothing else',
    d: host.layout.size,
    p: phiLayout.size,
    tasks: count,
    weightLength: host.layout.paddedLength,
    hyperparameterLength: phiLayout.paddedLength,
    state: optimiser.state([count, host.layout.paddedLength]),
    given: { ...arrays('train'), ...arrays('validation') },
    initial: { weights: host.initialise(seed), hyperparameters: options.phi ?? untrainedPhi(seed) },
    trainBatch: positions('train'),
    validationBatch: positions('validation'),
    innerLoss,
    outerLoss: lossOf('validation'),
    update: descend(() => optimiser, innerLoss),
  });
}
