/** @file `bench track`: what differs between two commits, in facts first and in times where they differ. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { plural, UsageError } from '../errors.ts';
import { owned } from '../ownership.ts';
import { writeFileAtomic } from '../store/atomic.ts';
import { checkOutputFolder, writing } from '../store/folder.ts';
import { accept } from '../track/accepted.ts';
import { NoBaselineError, trackExitCodes } from '../track/errors.ts';
import { commitNamed } from '../track/git.ts';
import { reportMarkdown, reportText } from '../track/markdown.ts';
import { recordCommits } from '../track/record.ts';
import { type TrackDefinition, trackRun } from '../track/run.ts';
import { selftest } from '../track/selftest.ts';
import { keepSelftest, selftestFailures, selftestText } from '../track/selftest-text.ts';
import { usualBudget } from '../track/timing.ts';
import { exitCodeFor, objections, parseFailOn, type Severity, type TrackReport } from '../track/verdict.ts';
import type { BenchDefinition } from './definition.ts';
import { guarded } from './guarded.ts';
import { listenForInterrupt } from './interrupt.ts';
import type { Streams, TrackSurroundings } from './surroundings.ts';
import { addHistoryCommands } from './track-history-commands.ts';
import { parseNumbers } from './values.ts';

const exitCodeText = `
Exit codes:
  0    no objection: identical, the same, faster, or accepted
  1    a crash; never a verdict
  2    wrong usage or input
  3    a confirmed regression in time
  4    a counter or a budget is worse and not accepted
  5    results differ and are not accepted
  6    inconclusive: a control moved, too few blocks, or not one cell compared (fails with --strict)
  7    no baseline: no git, no such commit, or the base cannot be made to run (fails with --strict)
  130  interrupted; repeat the command to continue
If several apply, the first of 5, 4, 3, 6, 7.`;

/** `track` and the subcommands below it. */
export function trackCommand(
  { repositoryFolder = process.cwd() }: BenchDefinition,
  tracking: TrackDefinition,
  { output, errors }: Streams,
): Command {
  const say = (text: string): void => void errors.write(`${errors.program}: ${text}\n`);
  const around: TrackSurroundings = { tracking, root: repositoryFolder, output, errors, say };
  const track = new Command('track').description('Compares commits: exact facts, then times.');
  track.addHelpText('after', exitCodeText);
  track
    .command('run')
    .description('Compares the working tree, or a commit, with its merge base with another.')
    .option('--base <ref>', 'a commit, branch or tag', 'HEAD~1')
    .option('--head <ref>', 'a commit; by default the working tree')
    .option('--only <glob>', 'only cells of the track profile that match: "kernels/*", "hyperdistill"')
    .option('--exact', 'the exact stage only; nothing is timed')
    .option('--within <minutes>', 'start no further cell of the exact stage after this time')
    .option('--always', 'run the cells even if no source file differs')
    .option('--budget <minutes>', 'time limit of the timing stage', '20')
    .option('--fail-on <codes>', 'exit codes that count as failure', '3,4,5')
    .option('--strict', 'also fail with 6 and 7, when nothing could be decided')
    .option('--out <folder>', 'folder of track.md and track.json', 'results/track')
    .addHelpText('after', exitCodeText)
    .action((options: RunOptions) => guarded(errors, () => runAction(around, options)));
  track
    .command('record')
    .description('Adds the facts of HEAD, or of all commits since another, to the history.')
    .option('--since <ref>', 'all commits after this one')
    .option('--until <ref>', 'the last commit', 'HEAD')
    .option(
      '--machine <name>',
      'a name for this kind of machine; by default derived from adapter and processor',
    )
    .action((options: RecordOptions) => guarded(errors, () => recordAction(around, options)));
  addHistoryCommands(track, around);
  track
    .command('selftest')
    .description(
      'Tests the comparison itself: head against head, injected changes, a busy core. Takes minutes.',
    )
    .option('--runs <count>', 'comparisons of head with head', '20')
    .option('--load-runs <count>', 'the same under load on one core during one side', '3')
    .option('--keep', 'put the figures into the history, for the page')
    .option('--out <folder>', 'where a killed run leaves what it came to', 'results/track')
    .action((options: SelftestOptions) => guarded(errors, () => selftestAction(around, options)));
  track
    .command('accept')
    .description('Accepts a finding of the last run: adds a line to the file of accepted changes.')
    .argument('<id>', 'the eight characters of the finding')
    .option('--because <text>', 'why it is right so')
    .option('--out <folder>', 'where the last run left track.json', 'results/track')
    .action((id: string, options: { readonly because?: string; readonly out: string }) =>
      guarded(errors, async () => acceptAction(around, id, options)),
    );
  return track;
}

interface SelftestOptions {
  readonly runs: string;
  readonly loadRuns: string;
  readonly keep?: true;
  readonly out: string;
}

async function selftestAction(
  { tracking, root, output, errors, say }: TrackSurroundings,
  { runs, loadRuns, keep: keeps, out }: SelftestOptions,
): Promise<number> {
  checkOutputFolder(out);
  using interrupt = owned(listenForInterrupt(errors));
  const report = await selftest({
    definition: tracking,
    root,
    commit: commitNamed(root, 'HEAD'),
    runs: parseCount('--runs', runs),
    loadRuns: parseCount('--load-runs', loadRuns),
    out,
    say,
    signal: interrupt.signal,
  });
  output.write(`${selftestText(report)}\n`);
  if (keeps === true) keepSelftest(join(root, tracking.historyFolder), report);
  return selftestFailures(report).length === 0 ? 0 : 1;
}

function parseCount(option: string, text: string): number {
  const [count = 0] = parseNumbers(option, text);
  if (!Number.isInteger(count) || count < 0)
    throw new UsageError(`${option} ${text}: give a whole number, 0 or more.`);
  return count;
}

interface RecordOptions {
  readonly since?: string;
  readonly until: string;
  readonly machine?: string;
}

async function recordAction(
  { tracking, root, output, errors, say }: TrackSurroundings,
  options: RecordOptions,
): Promise<number> {
  using interrupt = owned(listenForInterrupt(errors));
  const { signal } = interrupt;
  const added = await recordCommits({
    ...options,
    ...{ definition: tracking, root, cells: tracking.cells(), say, signal },
  });
  output.write(`${plural(added, 'line')} added to ${tracking.historyFolder}.\n`);
  return 0;
}

interface RunOptions {
  readonly base: string;
  readonly head?: string;
  readonly only?: string;
  readonly exact?: true;
  readonly within?: string;
  readonly always?: true;
  readonly budget: string;
  readonly failOn: string;
  readonly strict?: true;
  readonly out: string;
}

async function runAction(
  { tracking, root, output, errors, say }: TrackSurroundings,
  options: RunOptions,
): Promise<number> {
  const severity: Severity = { failOn: parseFailOn(options.failOn), strict: options.strict === true };
  checkOutputFolder(options.out);
  using interrupt = owned(listenForInterrupt(errors));
  try {
    const report = await trackRun({
      definition: tracking,
      root,
      base: options.base,
      ...(options.head === undefined ? {} : { head: options.head }),
      ...(options.only === undefined ? {} : { only: options.only }),
      out: options.out,
      exactOnly: options.exact === true,
      always: options.always === true,
      ...(options.within === undefined ? {} : { withinMs: parseMinutes('--within', options.within) }),
      budget: { ...usualBudget, budgetMs: parseMinutes('--budget', options.budget) },
      say,
      signal: interrupt.signal,
      command: commandText(options),
    });
    keep(options.out, report);
    output.write(`${reportText(report)}\n`);
    const code = exitCodeFor(report, severity);
    if (code === 0 && objections(report).includes(trackExitCodes.inconclusive))
      say('warning: it could not be told (6); --strict makes that a failure.');
    return code;
  } catch (error) {
    if (!(error instanceof NoBaselineError) || severity.strict) throw error;
    say(`no baseline (7): ${error.message}`);
    return 0;
  }
}

/** Minutes as milliseconds. */
function parseMinutes(option: string, text: string): number {
  const minutes = Number(text.replace(/m(in)?$/, ''));
  if (!(minutes > 0 && Number.isFinite(minutes)))
    throw new UsageError(`${option} ${text}: give minutes, such as 20 or 20m.`);
  return 60_000 * minutes;
}

/** The command that does the same again. */
function commandText({ base, head, only, exact, always }: RunOptions): string {
  const words = [
    `--base ${base}`,
    ...(head === undefined ? [] : [`--head ${head}`]),
    ...(only === undefined ? [] : [`--only '${only}'`]),
    ...(exact === true ? ['--exact'] : []),
    ...(always === true ? ['--always'] : []),
  ];
  return `npx longhorizon bench track run ${words.join(' ')}`;
}

function keep(folder: string, report: TrackReport): void {
  const temporary = join(folder, '.temporary');
  writing(folder, 'The report', () => {
    writeFileAtomic(join(folder, 'track.json'), `${JSON.stringify(report, null, 1)}\n`, temporary);
    writeFileAtomic(join(folder, 'track.md'), reportMarkdown(report), temporary);
  });
}

function acceptAction(
  { tracking, root, output }: TrackSurroundings,
  id: string,
  { because = '', out }: { readonly because?: string; readonly out: string },
): number {
  if (because.trim() === '')
    throw new UsageError('accept takes --because with a sentence: say why the change is right.');
  const report = readReport(out);
  const finding = report.findings.find((one) => one.id === id);
  if (finding === undefined)
    throw new UsageError(
      `The last run has no finding ${id}. Its findings are ${report.findings.map((one) => one.id).join(', ') || 'none'}.`,
    );
  const file = join(root, tracking.acceptedFile);
  const cells = finding.cells.length;
  accept(file, {
    id,
    what: `${finding.what} of ${cells} ${cells === 1 ? 'cell' : 'cells'}, such as ${finding.cells[0]?.cell}`,
    because,
  });
  output.write(`${id} is accepted in ${tracking.acceptedFile}; commit that file with the change.\n`);
  return 0;
}

/** The report of the last run. @throws UsageError where there is none */
function readReport(folder: string): TrackReport {
  const path = join(folder, 'track.json');
  if (!existsSync(path))
    throw new UsageError(`There is no ${path}: run "bench track run" first, or give its folder with --out.`);
  return JSON.parse(readFileSync(path, 'utf8')) as TrackReport;
}
