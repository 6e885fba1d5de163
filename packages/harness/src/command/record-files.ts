import type { CellRecord } from '../record/record.ts';
import { rejectedText, streamRecords } from '../store/read.ts';
import type { Output } from './definition.ts';

/**
 * The records of some files, read one at a time whenever they are gone through. What is no record is named the first time.
 *
 * Environments and seed axes that are equal are one object: they are more than half of a record, and most records of a folder share them.
 */
export class RecordFiles implements Iterable<CellRecord> {
  readonly #paths: readonly string[];
  readonly #errors: Output;
  #isReported = false;

  constructor(paths: readonly string[], errors: Output) {
    this.#paths = paths;
    this.#errors = errors;
  }

  *[Symbol.iterator](): Generator<CellRecord> {
    const isFirst = !this.#isReported;
    this.#isReported = true;
    const [environments, axes] = [
      sharing<CellRecord['environment']['stable']>(),
      sharing<CellRecord['seeds']['axes']>(),
    ];
    for (const found of streamRecords(this.#paths)) {
      if (found.ok) {
        const { environment, seeds } = found.record;
        environment.stable = environments(environment.stable);
        seeds.axes = axes(seeds.axes);
        yield found.record;
      } else if (isFirst) this.#errors.write(`${rejectedText(found.rejected)}\n`);
    }
  }
}

/** Gives for a value the first one that said the same. */
function sharing<Value>(): (value: Value) => Value {
  const known = new Map<string, Value>();
  return (value) => {
    const text = JSON.stringify(value);
    const first = known.get(text) ?? value;
    known.set(text, first);
    return first;
  };
}
