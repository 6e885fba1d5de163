import type { PageFiles } from '../browser/server.ts';
import type { CellConfig } from '../cell/config.ts';
import type { Suite } from '../cell/suite.ts';
import type { PackageSources } from '../record/environment.ts';
import type { AdapterInfo } from '../record/measurement.ts';
import type { CellRecord } from '../record/record.ts';
import type { SiteDescription } from '../report/descriptions.ts';
import type { SiteProgram } from '../report/program.ts';
import type { VariablesOf } from '../run/answers.ts';
import type { ClassifyError, RunCell } from '../run/cell-runner.ts';
import type { ChildCommand } from '../run/child-process.ts';
import type { CellFormula } from '../sweep/estimate.ts';
import type { TrackDefinition } from '../track/run.ts';
import type { EnvironmentOption } from './environment-options.ts';

/** Where a command writes; `process.stdout` fits. */
export interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** A command line as an example for `--help`. */
export interface Example {
  /** What follows the name of the command. */
  readonly words: string;
  readonly says: string;
}

/** Records of other people: where they are filed, and what they are held to. */
export interface Community {
  readonly folder: string;
  /** Folders and files of records whose gradients are reference values. */
  readonly known: () => readonly string[];
  /** What speaks against a record that only the benchmark can tell, as sentences. */
  readonly check?: (record: CellRecord) => readonly string[];
}

/** What the command line is built around. */
export interface BenchDefinition {
  /** What its users type to run it, for help and errors; `bench` when left out. */
  readonly commandName?: string;
  /** Command lines that `--help` shows. */
  readonly examples?: readonly Example[];
  readonly suites: readonly Suite[];
  readonly runCell: RunCell;
  /**
   * Opens the adapter asked for with `--adapter` (undefined: the best there is) and describes it; null when
   * cells use none. Called once, before anything is measured. Throw a UsageError for an unknown name.
   */
  readonly describeAdapter: (name: string | undefined) => Promise<AdapterInfo | null>;
  /**
   * Makes an adapter ready before cells run on it, such as by measuring which kernels suit it. Not called for dry runs, nor in a browser.
   *
   * @param tune whether the user asked for it or forbade it; undefined where neither
   */
  readonly prepareAdapter?: (of: {
    readonly adapter: AdapterInfo;
    readonly name: string | undefined;
    readonly folder: string;
    readonly tune: boolean | undefined;
    readonly print: (line: string) => void;
    readonly signal: AbortSignal;
  }) => Promise<void>;
  /** Hash of the measured code, for all cells or by cell; see `hashSources`. */
  readonly codeHash: string | ((config: CellConfig) => string);
  /** What the page says besides the records. */
  readonly site: Omit<SiteDescription, 'suites'>;
  /** Pages of `bench site` that run a program of their own; none when left out. */
  readonly programs?: () => Promise<readonly SiteProgram[]>;
  /** Where results go without `--out`. */
  readonly outputFolder?: string;
  readonly repositoryFolder?: string;
  /** Packages whose versions go into the records, each with the folder of the workspace that imports it. */
  readonly packages?: PackageSources;
  /** No folder of community records where left out. */
  readonly community?: Community;
  readonly classifyError?: ClassifyError;
  /** Whether a run ends when the process that started it does: where a launcher would leave it behind. Never, when left out. */
  readonly stopsWithParent?: () => boolean;
  /** What runs in a browser, for `bench browser`; without it there is no such command. */
  readonly browser?: BrowserDefinition;
  /** Options of `bench`, `bench tune` and `bench sweep` that set environment variables, which the code of cells reads. What `variablesOf` gives of them is recorded. */
  readonly environmentOptions?: readonly EnvironmentOption[];
  /** Environment variables of the processes that run cells; none when left out. */
  readonly variablesOf?: VariablesOf;
  /** Starts a child that calls `serveCells`. Default: this very program with the hidden command `serve`. */
  readonly childCommand?: ChildCommand;
  /** Starts this program on another machine, for the tasks of a sweep; their own words follow. Default: this very program. */
  readonly taskCommand?: readonly string[];
  /** What a cell takes, for cutting up a sweep; records put it right. Default: a formula in T and p. */
  readonly estimate?: CellFormula;
  /** What `track` compares between commits; there is no such command where it is left out. */
  readonly track?: TrackDefinition;
  /** Default: standard output and standard error. */
  readonly output?: Output;
  readonly errors?: Output;
}

/** Cells that run in a browser. */
export interface BrowserDefinition {
  /** The suites, with the problems and methods that a browser can run. */
  readonly suites: readonly Suite[];
  /** The files of the page: `index.html` and the modules that it names. Its worker calls `serveCellsInWorker`. */
  readonly files: () => Promise<PageFiles>;
}

/** Folder of results without `--out`. */
export const defaultFolder = 'results';

/** All profiles of all suites, in the order of declaration. */
export function profilesOf(suites: readonly Suite[]): readonly string[] {
  return [...new Set(suites.flatMap((suite) => Object.keys(suite.profiles)))];
}
