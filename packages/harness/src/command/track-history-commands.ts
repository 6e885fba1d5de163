/** @file `bench track show`, `changes` and `bisect`: what the history says. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { plural, UsageError } from '../errors.ts';
import { unknownName } from '../nearest.ts';
import { bisectCell } from '../track/bisect.ts';
import { cellName } from '../track/facts.ts';
import { describeCommit } from '../track/git.ts';
import { historyMachines, machineFolder, readHistory } from '../track/history.ts';
import { changesText, latestText, seriesText } from '../track/history-text.ts';
import { seriesOf, timeMetric } from '../track/series.ts';
import { guarded } from './guarded.ts';
import type { TrackSurroundings } from './surroundings.ts';

/** Adds the commands that read the history, and the one that looks for a commit. */
export function addHistoryCommands(
  track: Command,
  { tracking, root, output, errors, say }: TrackSurroundings,
): void {
  const folder = join(root, tracking.historyFolder);
  track
    .command('show')
    .description('Prints the history: all cells at the last commit, or a counter of some cells over commits.')
    .argument('[cell]', 'a cell of the track profile, a part of its name, or a pattern with *')
    .argument('[counter]', 'dispatches, measuredBytes, …, or time', 'dispatches')
    .option('--machine <name>', 'which machine kind; that of the longest history when left out')
    .action((cell: string | undefined, counter: string, { machine }: { readonly machine?: string }) =>
      guarded(errors, async () => {
        const commits = readHistory(chosenMachine(folder, machine, say));
        const text =
          cell === undefined
            ? latestText(commits)
            : seriesOf(commits, cell, counter).map(seriesText).join('\n\n');
        output.write(`${text}\n`);
        return 0;
      }),
    );
  track
    .command('changes')
    .description('Prints which commits changed what: exact facts, and times if two detectors agree.')
    .option('--machine <name>', 'which machine kind; by default that of the longest history')
    .action(({ machine }: { readonly machine?: string }) =>
      guarded(errors, async () => {
        const commits = readHistory(chosenMachine(folder, machine, say));
        const timed = commits.some(({ line }) => line.ratios !== undefined);
        output.write(`${changesText(commits, timed ? seriesOf(commits, '*', timeMetric) : [])}\n`);
        return 0;
      }),
    );
  track
    .command('bisect')
    .description('Finds the first commit that changes a counter of a cell, with one exact run per commit.')
    .argument('<cell>', 'a cell of the track profile')
    .argument('<counter>', 'a counter, results, shaders or commands')
    .argument('<good>', 'a commit')
    .argument('<bad>', 'a later commit')
    .action((name: string, counter: string, good: string, bad: string) =>
      guarded(errors, async () => {
        const cells = tracking.cells();
        const cell = cells.find((one) => cellName(one) === name);
        if (cell === undefined)
          throw new UsageError(unknownName('cell', [name], cells.map(cellName), 'bench track show'));
        const found = await bisectCell({ definition: tracking, root, say }, cell, counter, good, bad);
        const { subject } = describeCommit(root, found.commit);
        const before = found.unknown.map((commit) => commit.slice(0, 10)).join(', ');
        if (before !== '') output.write(`This one, or one of ${before}, which cannot be run:\n`);
        output.write(
          `${found.commit.slice(0, 10)} ${subject}\n${counter} of ${name}: ${found.good} → ${found.bad}; ${plural(found.tried, 'commit')} run.\n`,
        );
        return 0;
      }),
    );
}

/** The folder of the machine that is asked for, or of the longest history. @throws UsageError where there is none */
function chosenMachine(folder: string, name: string | undefined, say: (text: string) => void): string {
  const machines = historyMachines(folder);
  const names = machines.map((one) => one.name);
  if (names.length === 0)
    throw new UsageError(`There is no history in ${folder} yet: "bench track record" begins one.`);
  if (name !== undefined && !names.includes(name))
    throw new UsageError(unknownName('machine', [name], names, 'bench track show --help'));
  if (name !== undefined || names.length === 1) return machineFolder(folder, name ?? names[0]!);
  const counted = names.map((one) => ({ one, commits: readHistory(machineFolder(folder, one)).length }));
  const longest = counted.sort((a, b) => b.commits - a.commits)[0]!.one;
  const others = names.filter((one) => one !== longest);
  say(`the history of ${longest}, the longest; with --machine that of ${others.join(', ')}`);
  return machineFolder(folder, longest);
}
