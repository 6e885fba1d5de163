/**
 * @file A black-box attack on many pictures at once: margin loss in tanh space, coordinate Adam, gradients guessed by a network that is fitted to a
 * few finite differences now and then (Du et al., ICLR 2020), or finite differences alone (Chen et al., "ZOO", AISec 2017).
 *
 *     until a picture is misclassified, at most `iterations` times:
 *       ask the victim once: is x misclassified?                                              1 query
 *       every `period`-th time: q coordinates with the largest guess; differences there       q queries
 *                               fit the network's guess on them, some steps of Adam
 *       z ← Adam along (c·ĝ + 2(x − x⁰)) ∂x/∂z,   x = (1 + tanh z)/2
 *
 * ĝ is the network's guess, with the differences in place of it where they were just taken. Every picture has weights of the network, an
 * optimiser and a count of queries of its own; pictures that are done stay as they are and ask no more.
 */
import { type Action, type Engine, execute, makeEngine, Workspace } from '@longhorizon/bilevel/authoring';
import type { Device } from '@longhorizon/tensor';
import { type Declared, declare } from './attack-computations.ts';
import { type AttackOptions, checked, periodOf } from './attack-options.ts';

/** One entry a picture. */
export interface AttackResult {
  readonly succeeded: readonly boolean[];
  readonly queries: readonly number[];
  /** ‖x − x⁰‖ where the attack ended. */
  readonly distance: readonly number[];
}

export class Attack {
  readonly engine: Engine;
  readonly #parts: Declared;
  readonly #options: AttackOptions;

  private constructor(engine: Engine, parts: Declared, options: AttackOptions) {
    this.engine = engine;
    this.#parts = parts;
    this.#options = options;
  }

  static async make(backend: Device | 'float64', options: AttackOptions): Promise<Attack> {
    const workspace = new Workspace();
    const parts = declare(workspace, checked(options));
    const { engine } = await makeEngine(backend, workspace);
    return new Attack(engine, parts, options);
  }

  /** Attacks all pictures. The host looks once a period whether any is left. */
  async run(): Promise<AttackResult> {
    const { engine } = this;
    const parts = this.#parts;
    const options = this.#options;
    const period = periodOf(options);
    await engine.perform([execute(parts.computations.begin, 0)]);
    for (let from = 0; from < options.iterations; from += period) {
      const until = Math.min(from + period, options.iterations);
      await engine.perform(this.#iterations(from, until));
      const active = await engine.read(parts.active);
      if (active.every((one) => one === 0)) break;
    }
    // The last step may have done it.
    await engine.perform([execute(parts.computations.ask, options.iterations)]);
    const [succeeded, queries, distance] = await Promise.all(
      [parts.succeeded, parts.queries, parts.distance].map((variable) => engine.read(variable)),
    );
    return {
      succeeded: Array.from(succeeded!, (one) => one === 1),
      queries: [...queries!],
      distance: [...distance!],
    };
  }

  /** The last estimate: coordinates and differences of every picture. */
  async estimated(): Promise<{
    readonly coordinates: readonly (readonly number[])[];
    readonly differences: readonly (readonly number[])[];
  }> {
    const { engine } = this;
    const parts = this.#parts;
    const options = this.#options;
    const q = options.coordinates;
    const rows = (values: Float64Array) =>
      Array.from({ length: values.length / q }, (_, k) => [...values.subarray(k * q, (k + 1) * q)]);
    return {
      coordinates: rows(await engine.read(parts.chosen)),
      differences: rows(await engine.read(parts.differences)),
    };
  }

  /** Mean squared error of the guess on the coordinates of the last estimate, where the differences have unit deviation. */
  async guessError(): Promise<number> {
    const { error } = this.#parts;
    if (error === undefined) throw new TypeError('guessError: this attack has no attacker that guesses.');
    const [[value]] = (await this.engine.evaluate([error])) as [Float64Array];
    return value!;
  }

  destroy(): void {
    this.engine.destroy();
  }

  *#iterations(from: number, until: number): Generator<Action> {
    const { computations } = this.#parts;
    const period = periodOf(this.#options);
    const { fitSteps = 20 } = this.#options.attacker ?? {};
    for (let iteration = from; iteration < until; iteration++) {
      yield execute(computations.ask, iteration);
      if (computations.guess !== undefined) yield execute(computations.guess, iteration);
      const estimates = iteration % period === 0;
      if (estimates) {
        yield execute(computations.estimate, iteration);
        if (computations.fit !== undefined)
          for (let step = 0; step < fitSteps; step++) yield execute(computations.fit, step);
        if (computations.guess !== undefined) yield execute(computations.guess, iteration);
      }
      yield execute(estimates ? computations.moveByDifferences : computations.moveByGuess!, iteration);
    }
  }
}
