/** @file A workspace in float64 on the host: every computation through the interpreter of its graph. Slow, and right to 1e-12 or so. */
import { type DeviceArray, elementCount, evaluate, type Tensor } from '@longhorizon/tensor';
import { checkNumbers, type ReferenceArray } from '@longhorizon/tensor/compiler';
import { addCounts, type Counts, noCounts } from './counts.ts';
import type { Engine, EngineStatistics, PerformedPlan } from './engine.ts';
import type { Action, Computation, History, Variable, Workspace } from './workspace.ts';

export class ReferenceEngine implements Engine {
  readonly kind = 'float64';
  readonly variants = {};
  readonly choices = {};
  counts: Counts = noCounts;
  readonly #values = new Map<Tensor, ReferenceArray>();
  readonly #saved = new Map<History, Float64Array[][]>();

  readonly #computations: ReadonlySet<Computation>;

  constructor(workspace: Workspace) {
    this.#computations = new Set(workspace.computations);
    for (const variable of workspace.variables)
      this.write(variable, variable.initial?.values ?? new Float64Array(elementCount(variable.shape)));
    for (const history of workspace.histories) this.#saved.set(history, []);
  }

  performed(): readonly PerformedPlan[] {
    return [];
  }

  perform(actions: Iterable<Action>): Promise<EngineStatistics> {
    const start = performance.now();
    let runs = 0;
    for (const action of actions) {
      this.#act(action);
      if (action.kind === 'execute') runs++;
    }
    return Promise.resolve({ runs, dispatches: 0, wallMs: performance.now() - start });
  }

  read(variable: Variable): Promise<Float64Array> {
    return Promise.resolve(Float64Array.from(this.#valueOf(variable)));
  }

  write(variable: Variable, values: ArrayLike<number>): void {
    const { shape, dtype } = variable;
    checkNumbers('write', values, `'${variable.name}'`);
    if (values.length !== elementCount(shape))
      throw new RangeError(
        `write: ${values.length} values were given for '${variable.name}', which has ${elementCount(shape)} elements.`,
      );
    this.#values.set(variable.tensor, { shape, dtype, data: Float64Array.from(values) });
  }

  array(variable: Variable): DeviceArray {
    throw new TypeError(
      `'${variable.name}' was asked for as an array on a device, but this run is the float64 reference; use read().`,
    );
  }

  evaluate(outputs: readonly Tensor[], index = 0): Promise<Float64Array[]> {
    return Promise.resolve(evaluate(outputs, this.#values, index).map(({ data }) => data));
  }

  destroy(): void {
    this.#values.clear();
    this.#saved.clear();
  }

  #act(action: Action): void {
    switch (action.kind) {
      case 'execute': {
        const { updates, counts, name } = action.computation;
        if (!this.#computations.has(action.computation))
          throw new Error(`internal: computation '${name}' was declared after its workspace was compiled.`);
        const results = evaluate([...updates.values()], this.#values, action.index);
        for (const [k, variable] of [...updates.keys()].entries())
          this.#values.set(variable.tensor, results[k]!);
        this.counts = addCounts(this.counts, counts);
        return;
      }
      case 'save':
        this.#saved.get(action.history)![action.entry] = action.variables.map((variable) =>
          this.#valueOf(variable),
        );
        return;
      case 'load':
        for (const [k, variable] of action.variables.entries())
          this.write(variable, this.#saved.get(action.history)![action.entry]![k]!);
        return;
      default:
        action satisfies never;
    }
  }

  #valueOf(variable: Variable): Float64Array {
    return this.#values.get(variable.tensor)!.data;
  }
}
