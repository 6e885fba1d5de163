/** @file A kernel as its author writes it: a `.wgsl` file, and a module beside it that says what the file needs. It imports nothing. */
import type {
  ContractFunction,
  Conv2dProblem,
  EmittedKernel,
  KernelAdapter,
  KernelVariant,
  MatmulProblem,
} from './contraction.ts';
import { matrixView, shapeConstants } from './conv2d/problem.ts';
import { gridLimit } from './launch.ts';
import { problemConstants } from './matmul/problem.ts';

/** The problem of each family. */
export interface FamilyProblems {
  readonly matmul: MatmulProblem;
  readonly conv2d: Conv2dProblem;
}

/** The name of a family. */
export type FamilyName = keyof FamilyProblems;

/** The result of a problem as a matrix for each batch, summed over `depth`. */
interface ResultSizes {
  readonly batch: number;
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
}

/** What a module beside a `.wgsl` file exports as its default. */
export interface OwnKernel<Problem> {
  /** One sentence: the idea and where it wins. */
  readonly doc: string;
  /** Tile parameters by the names that the text has them under: `const TILE: u32 = 4u;`. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** The functions of the contract that the text calls. */
  readonly uses: readonly ContractFunction[];
  readonly enables?: readonly 'subgroups'[];
  /** Numbers beside those of the problem, which the text calls: `GROUPS_X()`. */
  readonly constants?: (problem: Problem, adapter: KernelAdapter) => Readonly<Record<string, number>>;
  /** Why it cannot take this problem on this adapter, as the end of a sentence: 'needs n to be a multiple of 4'. */
  readonly needs?: (problem: Problem, adapter: KernelAdapter) => string | undefined;
  readonly workgroups: (
    result: ResultSizes,
    problem: Problem,
    adapter: KernelAdapter,
  ) => readonly [x: number, y: number, z: number];
  /** As in KernelVariant. 0 when left out: the model never chooses it. */
  readonly score?: (problem: Problem, adapter: KernelAdapter) => number;
}

const contract: readonly ContractFunction[] = ['load_a', 'load4_a', 'load_b', 'load4_b', 'store', 'store4'];

interface FamilyView<Problem> {
  readonly constants: (problem: Problem) => Readonly<Record<string, number>>;
  readonly result: (problem: Problem) => ResultSizes;
}

const families: { readonly [Name in FamilyName]: FamilyView<FamilyProblems[Name]> } = {
  matmul: {
    constants: problemConstants,
    result: ({ batch, m, n, k }) => ({ batch, rows: m, columns: n, depth: k }),
  },
  conv2d: {
    constants: shapeConstants,
    result: (problem) => ({ batch: problem.tasks, ...matrixView(problem) }),
  },
};

/** What is wrong with a module's default export, as the end of a sentence; undefined where nothing is. */
export function ownKernelFault(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'has no default export that is an object';
  const own = value as Partial<Record<keyof OwnKernel<never>, unknown>>;
  if (typeof own.doc !== 'string') return "has no 'doc', a sentence that says what the kernel does";
  if (!Array.isArray(own.uses)) return `has no 'uses', a list of ${contract.join(', ')}`;
  const unknown = own.uses.find((name) => !contract.includes(name));
  if (unknown !== undefined) return `uses '${unknown}'; the contract has ${contract.join(', ')}`;
  if (!own.uses.some((name) => name === 'store' || name === 'store4'))
    return "uses neither 'store' nor 'store4', so it has no result";
  if (typeof own.workgroups !== 'function')
    return "has no 'workgroups', a function that returns [x, y, z], the workgroups to launch";
  const sizes = Object.entries((own.sizes ?? {}) as Record<string, unknown>);
  const bad = sizes.find(([, size]) => !(Number.isInteger(size) && (size as number) >= 0));
  if (bad !== undefined) return `has the size ${bad[0]} = ${String(bad[1])}; sizes are whole numbers from 0`;
  const features = (own.enables ?? []) as readonly unknown[];
  const feature = features.find((name) => name !== 'subgroups');
  return feature === undefined
    ? undefined
    : `enables '${String(feature)}'; the compiler can enable 'subgroups'`;
}

/**
 * A variant of a family from its text and what its module says.
 *
 * @throws TypeError when the launch is not three whole numbers
 */
export function variantFromFile<Name extends FamilyName>(
  family: Name,
  name: string,
  wgsl: string,
  own: OwnKernel<FamilyProblems[Name]>,
): KernelVariant<FamilyProblems[Name]> {
  type Problem = FamilyProblems[Name];
  const view: FamilyView<Problem> = families[family];
  const launch = (problem: Problem, adapter: KernelAdapter): EmittedKernel['workgroups'] => {
    const found = own.workgroups(view.result(problem), problem, adapter);
    const isLaunch = Array.isArray(found) && found.length === 3 && found.every(Number.isInteger);
    if (!isLaunch || found.some((count) => count < 0))
      throw new TypeError(
        `${family}/${name} launches ${JSON.stringify(found)} workgroups; 'workgroups' returns three whole numbers from 0.`,
      );
    return found;
  };
  return {
    name,
    doc: own.doc,
    prerequisites: (problem, adapter) => {
      const missing = (own.enables ?? []).find((feature) => !adapter.features.has(feature));
      if (missing !== undefined) return `needs the feature '${missing}', which this adapter does not have`;
      return own.needs?.(problem, adapter) ?? gridLimit(launch(problem, adapter), adapter);
    },
    score: own.score ?? (() => 0),
    emit: (problem, adapter) => ({
      wgsl,
      constants: { ...view.constants(problem), ...own.constants?.(problem, adapter) },
      ...(own.sizes === undefined ? {} : { sizes: own.sizes }),
      uses: own.uses,
      enables: own.enables ?? [],
      workgroups: launch(problem, adapter),
    }),
  };
}
