/** @file A workspace in float64 on the host: every kernel through the interpreter of its graph. Slow, and right to 1e-12 or so. */
import { type DeviceArray, elementCount, evaluate, type Tensor } from '@longhorizon/tensor';
import { checkNumbers, type ReferenceArray } from '@longhorizon/tensor/compiler';
import { addCounts, type Counts, noCounts } from './counts.ts';
import type { Engine, EngineStatistics } from './engine.ts';
import type { Action, Kernel, Rows, Slot, Workspace } from './workspace.ts';

export class ReferenceEngine implements Engine {
  readonly kind = 'float64';
  readonly variants = {};
  counts: Counts = noCounts;
  private readonly values = new Map<Tensor, ReferenceArray>();
  private readonly saved = new Map<Rows, Float64Array[][]>();

  private readonly kernels: ReadonlySet<Kernel>;

  constructor(workspace: Workspace) {
    this.kernels = new Set(workspace.kernels);
    for (const slot of workspace.slots)
      this.write(slot, slot.initial?.values ?? new Float64Array(elementCount(slot.shape)));
    for (const rows of workspace.rowsOf) this.saved.set(rows, []);
  }

  perform(actions: Iterable<Action>): Promise<EngineStatistics> {
    const start = performance.now();
    let runs = 0;
    for (const action of actions) {
      this.act(action);
      if (action.kind === 'run') runs++;
    }
    return Promise.resolve({ runs, dispatches: 0, wallMs: performance.now() - start });
  }

  read(slot: Slot): Promise<Float64Array> {
    return Promise.resolve(Float64Array.from(this.valueOf(slot)));
  }

  write(slot: Slot, values: ArrayLike<number>): void {
    const { shape, dtype } = slot;
    checkNumbers('write', values, `'${slot.name}'`);
    if (values.length !== elementCount(shape))
      throw new RangeError(
        `write: ${values.length} values were given for '${slot.name}', which has ${elementCount(shape)} elements.`,
      );
    this.values.set(slot.tensor, { shape, dtype, data: Float64Array.from(values) });
  }

  array(slot: Slot): DeviceArray {
    throw new TypeError(
      `'${slot.name}' was asked for as an array on a device, but this run is the float64 reference; use read().`,
    );
  }

  evaluate(outputs: readonly Tensor[], index = 0): Promise<Float64Array[]> {
    return Promise.resolve(evaluate(outputs, this.values, index).map(({ data }) => data));
  }

  destroy(): void {
    this.values.clear();
    this.saved.clear();
  }

  private act(action: Action): void {
    switch (action.kind) {
      case 'run': {
        const { updates, counts, name } = action.kernel;
        if (!this.kernels.has(action.kernel))
          throw new Error(`internal: kernel '${name}' was declared after its workspace was planned.`);
        const results = evaluate([...updates.values()], this.values, action.index);
        for (const [k, slot] of [...updates.keys()].entries()) this.values.set(slot.tensor, results[k]!);
        this.counts = addCounts(this.counts, counts);
        return;
      }
      case 'copy':
        this.write(action.to, this.valueOf(action.from));
        return;
      case 'save':
        this.saved.get(action.rows)![action.row] = action.slots.map((slot) => this.valueOf(slot));
        return;
      case 'load':
        for (const [k, slot] of action.slots.entries())
          this.write(slot, this.saved.get(action.rows)![action.row]![k]!);
        return;
      default:
        action satisfies never;
    }
  }

  private valueOf(slot: Slot): Float64Array {
    return this.values.get(slot.tensor)!.data;
  }
}
