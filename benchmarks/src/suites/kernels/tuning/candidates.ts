/** @file What may compute a problem on an adapter: every configuration whose prerequisites hold, texts that come out equal counted once. */
import { hashOf } from '@longhorizon/harness';
import {
  type Configuration,
  configurationsOf,
  type Declaration,
  generatedFamilies,
  idleLanes,
  type KernelChoices,
  kernelFamilies,
  makeProgram,
  type Program,
  type Target,
} from '@longhorizon/tensor/compiler';
import type { Family, KernelProblem } from './problems.ts';

export interface Candidate {
  /** The family's parameters, and SPLIT: into how many parts the sum is cut. */
  readonly configuration: Configuration;
  /** The kernel's name, with the split where there is one. */
  readonly name: string;
  readonly program: Program;
  /** Of all shader texts with their grids: equal ones are one kernel. */
  readonly hash: string;
  /** The problem of each kernel, which a table is asked for: more than one where a sum is cut. */
  readonly keys: readonly string[];
  /** The problem whose split a table is asked for; undefined where sums are never cut. */
  readonly splitKey: string | undefined;
}

/** A configuration that cannot compute the problem here, or is another one under a second name. */
export interface Refused {
  readonly configuration: Configuration;
  readonly reason: string;
  readonly sameAs?: string;
}

/** Parts into which sums are cut. */
const splits: readonly number[] = [1, 2, 4, 5, 8, 10, 16, 25, 32, 64, 128, 256, 512];

/** What each family declares. */
export const declarations: Readonly<Record<Family, Declaration>> = {
  ...kernelFamilies,
  ...generatedFamilies,
};

/** Those that a problem admits. */
export function splitsOf({ parts }: KernelProblem): readonly number[] {
  return splits.filter((count) => count === 1 || parts(count));
}

/** The name under which candidates stand in their own programs. */
const source = 'candidate';

const why = 'it is being measured';

/** Every configuration of a problem, the simplest first. */
export function searchSpace(problem: KernelProblem): readonly Configuration[] {
  return splitsOf(problem).flatMap((SPLIT) =>
    configurationsOf(declarations[problem.family]).map((configuration) => ({ ...configuration, SPLIT })),
  );
}

/** Invocations of a workgroup, where its configuration says so. */
function lanesOf(family: Family, { KERNEL, LANES, ACROSS, ALONG }: Configuration) {
  if (family === 'reduction') return Number(ACROSS) * Number(ALONG);
  return declarations[family].uses[KERNEL ?? '']?.LANES === undefined ? undefined : LANES;
}

/** A candidate's program, or the clause that says why there is none. */
export function makeCandidate(
  { family, output }: KernelProblem,
  configuration: Configuration,
  target: Target,
): Candidate | string {
  const { SPLIT = 1, ...own } = configuration;
  const idle = idleLanes(lanesOf(family, own), target);
  if (idle !== undefined) return idle;
  let splitKey: string | undefined;
  const choices: KernelChoices = {
    of: (asked, key) => {
      if (asked === family) return { kernel: own, table: source, why };
      if (asked !== `${family} split`) return undefined;
      splitKey = key;
      return { kernel: { SPLIT }, table: source, why };
    },
  };
  const program = makeProgram({ outputs: [output] }, { ...target, choices });
  const chosen = program.kernels.flatMap((kernel) => kernel.chosen ?? []);
  const other = chosen.find((one) => one.source !== source);
  if (other !== undefined) return /\((.*)\)/.exec(other.why)?.[1] ?? other.why;
  const name = chosen[0]?.variant ?? 'no kernel';
  return {
    configuration,
    name: SPLIT === 1 ? name : `${name} in ${SPLIT} parts`,
    program,
    hash: hashOf(program.kernels.map(({ wgsl, workgroups, numbers }) => [wgsl, workgroups, numbers ?? []])),
    keys: [...new Set(chosen.map(({ key }) => key))],
    splitKey,
  };
}
