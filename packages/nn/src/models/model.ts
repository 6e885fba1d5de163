/**
 * @file A model: a network as a pure function of a flat parameter vector, for one task or for many at once.
 */
import { elementCount, type Shape, ShapeError, type Tensor, vmap } from '@longhorizon/tensor';
import { sameShape, showShape } from '@longhorizon/tensor/compiler';
import { type Block, type Mode, type Scope, sequence } from '../blocks/block.ts';
import { initialise, type ParameterDescription } from '../initial/initialise.ts';
import { Layout } from '../layout/layout.ts';
import { type Part, parametersOf } from '../layout/parts.ts';

/** Parameters in one vector, in the model's own layout, or in several with theirs. */
export type Weights = Tensor | readonly Part[];

/** How a model is applied: mode, running statistics, random key. */
export interface ApplyOptions {
  /** `train` when left out. */
  readonly mode?: Mode;
  /** Running statistics, f32 [statistics.paddedLength], or [tasks, ...]. */
  readonly statistics?: Tensor;
  /** For dropout, u32 [2], or [tasks, 2]; in a loop `foldIn(key, step)`. */
  readonly key?: Tensor;
  /** Number of the inner step, u32 of shape [], for statistics kept for each step. */
  readonly step?: Tensor;
}

/** What a model gives for a batch: outputs, and running statistics after it. */
export interface Applied {
  /** [N, outputs], or [tasks, N, outputs]. */
  readonly outputs: Tensor;
  /** Running statistics after this batch: what was given, where there are none to update. */
  readonly statistics: Tensor | undefined;
}

/** What a model is made from: name, source, input shape and blocks. */
export interface ModelDescription {
  readonly name: string;
  /** Where the network is defined: paper, section, code. */
  readonly source: string;
  /** Shape of one example. */
  readonly inputShape: Shape;
  readonly outputs: number;
  /** From an example to its features. */
  readonly body: Block;
  /** From features to outputs; the features are the outputs where there is none. */
  readonly head?: Block;
}

/**
 * A network as a pure function of a flat parameter vector, for one task or, with a leading axis of tasks, for many at once.
 *
 * @example
 * ```ts
 * import { perceptron } from '@longhorizon/nn';
 * import { array, evaluate } from '@longhorizon/tensor';
 *
 * const model = perceptron([2, 3]);
 * const w = array(model.initialise(0));
 * const { outputs } = model.apply(w, array([1, -1], [1, 2])); // [1, 3]
 * const [{ data }] = evaluate([outputs], new Map());
 * console.assert(data.length === 3);
 * ```
 */
export class Model {
  readonly name: string;
  readonly source: string;
  readonly inputShape: Shape;
  readonly outputs: number;
  readonly parameters: readonly ParameterDescription[];
  /** Where each parameter lies in w. */
  readonly layout: Layout;
  /** Where each running statistic lies in the vector of statistics; undefined where the model keeps none. */
  readonly statistics: Layout | undefined;
  /** The description it was built from, so that a model with insertions can be built from it. */
  readonly description: ModelDescription;
  readonly #body: Block;
  readonly #network: Block;

  constructor(description: ModelDescription) {
    const { name, source, inputShape, outputs, body, head } = description;
    const network = head === undefined ? body : sequence(body, head);
    this.description = description;
    this.name = name;
    this.source = source;
    this.inputShape = inputShape;
    this.outputs = outputs;
    this.parameters = network.parameters;
    this.layout = new Layout(network.parameters);
    this.statistics = network.statistics.length === 0 ? undefined : new Layout(network.statistics);
    this.#body = body;
    this.#network = network;
  }

  /** The layout of the parameters of one part. */
  partLayout(part: ParameterDescription['part']): Layout {
    const names = this.parameters.filter((one) => one.part === part).map(({ name }) => name);
    if (names.length === 0)
      throw new RangeError(
        `${this.name} has no parameters in '${part}'; its parts are ${[...new Set(this.parameters.map((one) => one.part))].join(', ')}.`,
      );
    return this.layout.pick(names);
  }

  /**
   * Start values, the same bits on every adapter. See `initialise`.
   *
   * @param key a seed, or a key made by `randomKey` and `foldIn`
   * @param layout the parameters wanted, all of them when left out
   */
  initialise(key: number | Tensor, layout: Layout = this.layout): Float32Array {
    return initialise(this.parameters, layout, key);
  }

  /** Start values of the running statistics: means 0, variances 1. */
  startStatistics(): Float32Array {
    const { statistics } = this;
    const network = this.#network;
    if (statistics === undefined) return new Float32Array(0);
    return statistics.pack(
      Object.fromEntries(
        network.statistics.map(({ name, shape, start }) => [
          name,
          new Float32Array(elementCount(shape)).fill(start),
        ]),
      ),
    );
  }

  /**
   * The network's outputs.
   *
   * Any of the weights, the examples, the statistics and the key may have a leading task axis; what has none is shared by all
   * tasks. Batch norm never mixes tasks. The result is that of one call for each task, computed by the same few kernels.
   *
   * @param weights f32 [paddedLength] or [tasks, paddedLength]
   * @param x [N, ...inputShape] or [tasks, N, ...inputShape]
   */
  apply(weights: Weights, x: Tensor, options: ApplyOptions = {}): Applied {
    return this.#run(this.#network, weights, x, options);
  }

  /** What the head is given: `apply` without the head. The outputs are features. */
  features(weights: Weights, x: Tensor, options: ApplyOptions = {}): Applied {
    return this.#run(this.#body, weights, x, options);
  }

  #run(block: Block, weights: Weights, x: Tensor, options: ApplyOptions): Applied {
    const parts: readonly Part[] = Array.isArray(weights) ? weights : [[this.layout, weights as Tensor]];
    const { mode = 'train', statistics, key, step } = options;
    this.#check(x, statistics);
    const hasTasks = (tensor: Tensor, rank: number) => tensor.shape.length > rank;
    const inputs = [
      ...parts.map(([, vector]) => [vector, hasTasks(vector, 1)] as const),
      [x, hasTasks(x, this.inputShape.length + 1)] as const,
      ...(statistics === undefined ? [] : [[statistics, hasTasks(statistics, 1)] as const]),
      ...(key === undefined ? [] : [[key, hasTasks(key, 1)] as const]),
    ];
    const one = (...tensors: Tensor[]): readonly Tensor[] => {
      const remaining = [...tensors];
      const vectors = parts.map(([layout]): Part => [layout, remaining.shift()!]);
      const examples = remaining.shift()!;
      const running = statistics === undefined ? undefined : remaining.shift()!;
      return this.#forward(block, vectors, examples, running, { mode, key: remaining.shift(), step });
    };
    const tensors = inputs.map(([tensor]) => tensor);
    const tasked = inputs.map(([, has]) => has);
    const [outputs, fresh] = tasked.some(Boolean)
      ? vmap(one, { in: tasked.map((has) => (has ? 0 : null)) })(...tensors)
      : one(...tensors);
    return { outputs: outputs!, statistics: fresh ?? statistics };
  }

  /** One task: the outputs, and the running statistics where the batch changed them. */
  #forward(
    block: Block,
    parts: readonly Part[],
    x: Tensor,
    statistics: Tensor | undefined,
    given: Pick<Scope, 'mode' | 'key' | 'step'>,
  ): readonly Tensor[] {
    const fresh = new Map<string, Tensor>();
    const running = statistics === undefined ? undefined : parametersOf([[this.statistics!, statistics]]);
    const outputs = block.apply({ ...given, fresh, parameter: parametersOf(parts), running }, x);
    if (fresh.size === 0) return [outputs];
    const next = this.statistics!.names.map((name) => [name, fresh.get(name) ?? running!(name)]);
    return [outputs, this.statistics!.assemble(Object.fromEntries(next))];
  }

  #check(x: Tensor, statistics: Tensor | undefined): void {
    const rank = this.inputShape.length + 1;
    const example = x.shape.slice(x.shape.length - this.inputShape.length);
    if ((x.shape.length !== rank && x.shape.length !== rank + 1) || !sameShape(example, this.inputShape))
      throw new ShapeError(
        `${this.name}: the examples have shape ${showShape(x.shape)}, but the model takes [N, ${this.inputShape.join(', ')}], or that with a leading task axis.`,
      );
    if (statistics !== undefined && this.statistics === undefined)
      throw new TypeError(
        `${this.name}: running statistics were given, but the model keeps none; build it with running: 'shared', or leave them out.`,
      );
  }
}
