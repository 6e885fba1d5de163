import type { CellRecord } from '../record/record.ts';
import { rejectedText, streamRecords } from '../store/read.ts';
import type { Output } from './program.ts';

/**
 * The records of some files, read one at a time whenever they are gone through. What is no record is named the first time.
 * Environments that are equal are one object: they are a third of a record, and most records of a folder share one.
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
    const environments = new Map<string, CellRecord['environment']['stable']>();
    for (const found of streamRecords(this.#paths)) {
      if (found.ok) {
        const { environment } = found.record;
        const text = JSON.stringify(environment.stable);
        const stable = environments.get(text) ?? environment.stable;
        environments.set(text, stable);
        environment.stable = stable;
        yield found.record;
      } else if (isFirst) this.#errors.write(`${rejectedText(found.rejected)}\n`);
    }
  }
}
