import type { FileDefinition } from '../dataset/types.ts';
import { FILE_DATASETS, findDataset } from '../definitions/registry.ts';
import { DatasetError, DatasetUsageError } from '../errors.ts';
import { loadDataset, missingFiles } from '../load.ts';
import { classIndex, classSize } from '../samplers/class-index.ts';

/** What was found: one line a set, and how many sets are not as they should be. */
export interface Verification {
  readonly report: string;
  readonly faults: number;
}

/**
 * Reads every file of the named sets, compares checksums, shape and the number of images of every class.
 *
 * @param names - Data sets; a named set that is absent is a fault. Without names, all sets of which something is here.
 */
export function verifyDatasets(names: readonly string[]): Verification {
  const definitions =
    names.length > 0 ? names.map(fileDefinition) : FILE_DATASETS.filter((d) => !isAbsent(d));
  if (definitions.length === 0)
    return { report: 'No data sets are here: there is nothing to check.', faults: 0 };
  const lines = definitions.map((definition) => {
    const fault = faultOfDataset(definition);
    return { ok: fault === undefined, text: `${definition.name}: ${fault ?? soundness(definition)}` };
  });
  return { report: lines.map(({ text }) => text).join('\n'), faults: lines.filter(({ ok }) => !ok).length };
}

function fileDefinition(name: string): FileDefinition {
  const definition = findDataset(name);
  if (definition.kind === 'generated' || definition.kind === 'functions') {
    throw new DatasetUsageError(`'${name}' is generated from a seed: there are no files to check.`);
  }
  return definition;
}

function isAbsent(definition: FileDefinition): boolean {
  return missingFiles(definition).length > 0;
}

function faultOfDataset(definition: FileDefinition): string | undefined {
  try {
    const dataset = loadDataset(definition.name);
    const index = classIndex(dataset);
    for (let label = 0; label < definition.classes; label += 1) {
      const { perClassCounts } = definition;
      const expected = typeof perClassCounts === 'number' ? perClassCounts : perClassCounts[label];
      const found = classSize(index, label);
      if (found !== expected) {
        return `class '${dataset.classNames[label]}' has ${found} examples instead of ${expected}.`;
      }
    }
    return undefined;
  } catch (error) {
    if (error instanceof DatasetError) return error.message;
    throw error;
  }
}

function soundness({ files, shape, classes }: FileDefinition): string {
  return `sound: ${files.length} ${files.length === 1 ? 'file' : 'files'}, ${shape[0]} examples of ${classes} classes.`;
}
