/** @file What the harness's command line is built around: the suites, how a cell is run, which code that measures. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type BenchDefinition,
  type CellConfig,
  captureCode,
  commitsOf,
  hashSources,
  historyOf,
  type MethodDescription,
  UsageError,
} from '@longhorizon/harness';
import { NoAdapterError } from '@longhorizon/tensor';
import { residentChoices, residentVariable } from '@longhorizon/tensor/device';
import { pageFiles } from '../browser/files.ts';
import { browserSuites } from '../browser/suites.ts';
import { childProgram } from '../child-program.ts';
import { controlCards, controlRows } from '../measurements/controls.ts';
import { closeDevices, describeDevice, sharedDevice, useKernelChoices } from '../measurements/device.ts';
import { shareDriverSettings, variablesOfCell } from '../measurements/driver.ts';
import { classifyError } from '../measurements/failures.ts';
import { kernelTables } from '../measurements/kernel-tables/tables.ts';
import { useRoofs } from '../measurements/roof/floor.ts';
import { roofOf } from '../measurements/roof/store.ts';
import { descriptionOf } from '../methods/card.ts';
import { hyperMethods, initMethods } from '../methods/registry.ts';
import { root } from '../root.ts';
import { runCell, suites } from '../suites/index.ts';
import { suiteName } from '../suites/kernels/declaration.ts';
import { kernelSources } from '../suites/kernels/sources.ts';
import { trackDefinition } from '../track/definition.ts';
import { packages } from '../versions.ts';
import { estimateCell } from './estimate.ts';
import { commandName } from './name.ts';
import { trajectoryProblems } from './trajectory.ts';
import { tuneAtStart } from './tune-at-start.ts';

/** The folders in a folder of the repository, but for some. */
function foldersIn(folder: string, without: readonly string[]): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !without.includes(entry.name))
    .map(({ name }) => `${folder}/${name}`);
}

const recordsFolder = 'benchmarks/records';

/** What cells of all suites run through: too much measures a cell once more, too little lets a stale record stand. */
const shared = [
  ...foldersIn('packages', ['harness']).map((folder) => `${folder}/src`),
  'datasets/src',
  ...foldersIn('benchmarks/src', ['bench', 'browser', 'reports', 'suites', 'track']),
];

/** The folders that cells of a suite depend on. Kernels know nothing of most methods. */
const sourcesOf = (suite: string): readonly string[] =>
  suite === suiteName ? kernelSources : [...shared, `benchmarks/src/suites/${suite}`];

export function benchDefinition(): BenchDefinition {
  useKernelChoices((adapter) => kernelTables(adapter).choices);
  useRoofs(roofOf);
  const main = childProgram('./main', import.meta.url);
  return {
    commandName,
    examples,
    suites: suites.map(({ suite }) => suite),
    runCell,
    classifyError,
    // Set by tools/start.mjs: launchers that end by a signal leave what they started running.
    stopsWithParent: () => process.env.LONGHORIZON_STARTED_BY === String(process.ppid),
    describeAdapter,
    prepareAdapter: tuneAtStart,
    codeHash: codeHash(),
    environmentOptions: [
      {
        flags: '--resident <choice>',
        description: 'many steps in one dispatch: auto, always, never',
        variable: residentVariable,
        choices: residentChoices,
      },
    ],
    variablesOf: (config, where) =>
      variablesOfCell(
        suites.find(({ suite }) => suite.name === config.suite),
        config,
        where,
      ),
    // Read by who builds a page, not by every process that runs a cell.
    get site() {
      return siteDescription();
    },
    repositoryFolder: root,
    packages,
    estimate: estimateCell,
    browser: { suites: browserSuites, files: pageFiles },
    track: trackDefinition,
    taskCommand: [process.execPath, join(root, 'tools/start.mjs'), 'bench'],
    programs: async () => {
      // A bundler is loaded by who builds a page, not by every process that runs a cell.
      const [{ sitePrograms }, { browserSuites }] = await Promise.all([
        import('../browser/programs.ts'),
        import('../browser/suites.ts'),
      ]);
      const hashOf = codeHash();
      const hashes = browserSuites.map(({ name }) => [name, hashOf({ suite: name })] as const);
      return sitePrograms(root, { codeHashes: Object.fromEntries(hashes), code: captureCode(root) });
    },
    community: {
      folder: join(root, recordsFolder, 'community'),
      known: () => (existsSync(join(root, recordsFolder)) ? [join(root, recordsFolder)] : []),
      check: trajectoryProblems,
    },
    childCommand: { command: process.execPath, arguments: [...main.nodeOptions, main.file, 'serve'] },
  };
}

function siteDescription(): BenchDefinition['site'] {
  return {
    title: 'Longhorizon',
    lead: 'What long-horizon gradient-based meta-learning costs, and what it buys: bytes, seconds and accuracy across horizons T and numbers of hyperparameters p.',
    methods: methodCards(),
    // Read when a page is made, and not in every process of cells.
    get history() {
      return historyOf(join(root, trackDefinition.historyFolder));
    },
    get reproductions() {
      return fromResults(({ reproductions }) => reproductions);
    },
    get commits() {
      return commitsOf(root);
    },
    get studies() {
      return fromResults(({ studies }) => studies);
    },
  };
}

/** What suites say of committed results; nothing in a copy of the sources without the records. */
function fromResults<Said>(
  of: (suite: (typeof suites)[number]) => (() => readonly Said[]) | undefined,
): readonly Said[] {
  if (!existsSync(join(root, recordsFolder))) return [];
  return suites.flatMap((suite) => of(suite)?.() ?? []);
}

const examples: NonNullable<BenchDefinition['examples']> = [
  { words: '', says: 'the quick profile of every suite, then the page' },
  { words: 'list methods --suite hypergradient', says: 'what is available' },
  { words: '--profile standard --out results/h100', says: 'a larger profile, into its own folder' },
  {
    words: '--suite hypergradient --method exact-reverse,first-order --horizon 1,10,100 --dim 1000',
    says: 'a selection, at other sizes',
  },
  { words: '--profile full --shard 2/4', says: 'the second of four parts' },
  { words: '--profile full --dry-run', says: 'what this would run' },
  {
    words: 'sweep --profile standard --out /shared/sweep --partition gpu --gpus 1',
    says: 'a whole profile, as jobs of a Slurm cluster',
  },
  { words: 'show results --problem tracking', says: 'every row as text' },
  { words: 'track run --base main', says: 'what differs from another commit' },
  { words: 'compare results/before results/after', says: 'what changed' },
];

async function describeAdapter(name: string | undefined) {
  try {
    shareDriverSettings();
    const device = await sharedDevice(name);
    return describeDevice(device);
  } catch (error) {
    if (error instanceof NoAdapterError) throw new UsageError(error.message);
    throw error;
  } finally {
    // Cells run in processes of their own and open it there.
    await closeDevices();
  }
}

/** One hash for the cells of a suite, worked out when the first is asked for. */
function codeHash(): (config: Pick<CellConfig, 'suite'>) => string {
  const hashes = new Map<string, string>();
  return ({ suite }) => {
    const hash =
      hashes.get(suite) ??
      hashSources(
        sourcesOf(suite).map((folder) => join(root, folder)),
        root,
      );
    hashes.set(suite, hash);
    return hash;
  };
}

/**
 * One card for every method: of the registry with the suites that compare it, and of single suites.
 *
 * @throws Error where two have one id
 */
function methodCards(): readonly MethodDescription[] {
  const registered = [...hyperMethods, ...initMethods].flatMap((method) => {
    const having = suites.filter(({ suite }) => suite.methods.some(({ id }) => id === method.id));
    return having.length === 0
      ? []
      : [
          descriptionOf(
            method,
            having.map(({ suite }) => suite.name),
          ),
        ];
  });
  const controlled = suites.filter(({ suite }) =>
    controlRows.some(({ id }) => suite.methods.some((method) => method.id === id)),
  );
  const controls = controlCards(controlled.map(({ suite }) => suite.name));
  const cards = [...registered, ...controls, ...suites.flatMap(({ cards: own = [] }) => own)];
  const ids = cards.map(({ id, name }) => id ?? name);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Error(`internal: two methods have the id ${twice}.`);
  return cards;
}
