import type { ChildCommand } from '../run/child-process.ts';
import type { BenchRun } from '../run/run-bench.ts';
import type { BenchDefinition } from './definition.ts';

/**
 * What every run takes from the definition, whatever it was asked for.
 *
 * @param childCommand starts a process that runs cells, where the definition names none; undefined where no cell needs one
 */
export function settingsOfRun(definition: BenchDefinition, childCommand: ChildCommand | undefined) {
  const { repositoryFolder, variablesOf } = definition;
  return {
    suites: definition.suites,
    runCell: definition.runCell,
    codeHash: definition.codeHash,
    packages: definition.packages ?? {},
    classifyError: definition.classifyError,
    childCommand: definition.childCommand ?? childCommand,
    ...(repositoryFolder !== undefined && { repositoryFolder }),
    ...(variablesOf !== undefined && { variablesOf }),
  } satisfies Partial<BenchRun>;
}
