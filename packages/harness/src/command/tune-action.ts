/** @file `bench tune`: trials are run like any other cells, and what they choose is printed. */

import { allCells, takeShard } from '../cell/shard.ts';
import { listTrials } from '../cell/tuning.ts';
import { plural, UsageError } from '../errors.ts';
import { type TextColumn, textTable } from '../export/text-table.ts';
import { axisText, numberText } from '../leaderboard/format.ts';
import { choose, trialsAmong } from '../run/choice.ts';
import type { BenchSummary } from '../run/run-bench.ts';
import type { BenchDefinition } from './definition.ts';
import { type Asked, type RunOutputs, runAsked } from './run-action.ts';
import { type RunOptions, selectionOf, shardOf } from './run-options.ts';

/** Runs the trials that the options choose, as far as they have no record, and prints what they choose. */
export async function tuneAction(
  definition: BenchDefinition,
  options: RunOptions,
  outputs: RunOutputs,
): Promise<number> {
  const selection = selectionOf(options);
  const shard = shardOf(options);
  if (options.pass !== undefined)
    throw new UsageError('tune takes no --pass: trials are of the pass that its suite tunes.');
  const list = listTrials(definition.suites, selection);
  const cells = { ...list, cells: takeShard(list.cells, shard ?? allCells) };
  const asked: Asked = { selection, shard, cells };
  return runAsked(definition, options, asked, outputs, (summary) =>
    outputs.output.write(`${choicesText(definition, summary)}\n`),
  );
}

interface Line {
  readonly where: readonly string[];
  readonly chosen: string;
}

const columns: readonly TextColumn[] = [
  { title: 'problem' },
  { title: 'T', align: 'right' },
  { title: 'p', align: 'right' },
  { title: 'method' },
  { title: 'chosen' },
];

/** What the trials of a run choose, a line for each method and point. */
function choicesText({ suites }: BenchDefinition, { records, interrupted }: BenchSummary): string {
  const trials = trialsAmong(records);
  const lines = [...trials.values()].flatMap(([first]): readonly Line[] => {
    if (first === undefined) return [];
    const { problem, horizon, dimension, method } = first.config;
    return [
      {
        where: [problem, axisText(horizon), axisText(dimension), method],
        chosen: chosenText(choose(suites, first, trials)),
      },
    ];
  });
  const table = textTable(
    columns,
    lines.map(({ where, chosen }) => [...where, chosen]),
  );
  const next = interrupted
    ? 'Interrupted. The same command goes on where this run stopped.'
    : 'Cells with these numbers: the same options without "tune", and --tuned.';
  return `${plural(records.length, 'trial')}.\n\n${table}\n\n${next}`;
}

function chosenText(choice: ReturnType<typeof choose>): string {
  if (choice === 'unsupported') return 'not supported';
  if ('missing' in choice) return choice.missing;
  const { chosen, tried, atEdge } = choice;
  const values = Object.entries(chosen).map(([name, value]) => `${name}=${textOf(value)}`);
  const best = tried.find((one) => one.values === chosen)?.score;
  const score = best === null || best === undefined ? 'failed at every setting' : numberText(best);
  const failed = tried.filter((one) => one.score === null).length;
  return [
    `${values.join(' ')} (${score})`,
    ...(failed > 0 ? [`${failed} of ${tried.length} failed`] : []),
    ...(atEdge.length > 0 ? [`at the edge of the grid: ${atEdge.join(', ')}`] : []),
  ].join('; ');
}

function textOf(value: unknown): string {
  return typeof value === 'number' ? numberText(value) : String(value);
}
