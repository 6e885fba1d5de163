/** @file What a table says of a kernel that the compiler writes itself. */
import type { ChosenKernel } from '../kernels/choices.ts';
import {
  type Configuration,
  configurationProblem,
  configurationsOf,
  type Declaration,
} from '../kernels/family.ts';
import type { Fusion, Schedule } from './schedule.ts';
import type { Target } from './target.ts';

/** A configuration with how it was chosen. */
export interface Listed {
  /** Undefined where the compiler's own rule decides. */
  readonly configuration: Configuration | undefined;
  /** Undefined where no table was asked or none knows the problem. */
  readonly chosen: ChosenKernel | undefined;
}

/** The name of a configuration in records: the values of its parameters. */
function generatedName(configuration: Configuration): string {
  return Object.values(configuration).join('-');
}

/**
 * Asks the tables.
 *
 * @param refusal why the problem cannot be computed so, as the end of a sentence
 */
export function listedConfiguration(
  declaration: Declaration,
  key: string,
  { choices }: Target,
  refusal: (configuration: Configuration) => string | undefined,
): Listed {
  const { name: family } = declaration;
  const listed = choices?.of(family, key);
  if (listed === undefined) return { configuration: undefined, chosen: undefined };
  const { kernel, table, why } = listed;
  const configuration =
    typeof kernel === 'string'
      ? configurationsOf(declaration).find((one) => generatedName(one) === kernel)
      : kernel;
  const fault =
    configuration === undefined
      ? `${family} has no kernel ${kernel}`
      : (configurationProblem(declaration, configuration) ?? refusal(configuration));
  if (configuration === undefined || fault !== undefined)
    return {
      configuration: undefined,
      chosen: {
        family,
        key,
        variant: 'by rule',
        source: 'model',
        why: `the table ${table} names no kernel for it (${fault}); measure again with kernels tune`,
      },
    };
  return {
    configuration,
    chosen: { family, key, variant: generatedName(configuration), source: table, why, configuration },
  };
}

/** Why an adapter has no workgroup of so many invocations. */
export function lanesRefusal(lanes: number, { limits }: Target): string | undefined {
  const most = limits.maxComputeInvocationsPerWorkgroup;
  return lanes <= most
    ? undefined
    : `needs workgroups of ${lanes} invocations; this adapter has ${most} at most`;
}

/** How many arrays a fusion group reads and writes: what a generated kernel's time hangs on beside its size. */
export function trafficOf(fusion: Fusion, { reads, fusionOf, inMemory }: Schedule): string {
  const sources = fusion.nodes.flatMap((tensor) => reads.get(tensor)!.map(({ source }) => source));
  const outside = new Set(sources.filter((source) => fusionOf.get(source) !== fusion));
  return `${outside.size}>${fusion.nodes.filter((tensor) => inMemory.has(tensor)).length}`;
}
