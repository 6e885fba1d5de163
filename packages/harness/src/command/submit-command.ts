import { rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Command } from 'commander';
import { listOf, plural, UsageError } from '../errors.ts';
import { groupedBy } from '../grouped.ts';
import { fileRecords } from '../submit/file.ts';
import { type LineProblem, reviewFile } from '../submit/review.ts';
import { shortened } from '../submit/text.ts';
import { guarded } from './guarded.ts';
import { RecordFiles } from './record-files.ts';
import type { Surroundings } from './surroundings.ts';

/** More lines than this are counted, not printed. */
const mostSentences = 20;

interface SubmitOptions {
  readonly out?: string;
  readonly dryRun?: true;
}

/** `bench submit FILE`: holds a file of records from another machine to everything that is known, and files it. Needs no device. */
export function submitCommand({ definition, output, errors }: Surroundings): Command {
  const { community } = definition;
  return new Command('submit')
    .description('Checks and stores records from another machine.')
    .argument('<file>', 'a .jsonl file with one record per line')
    .option('--out <folder>', 'folder of the community records', community?.folder)
    .option('--dry-run', 'check only; write nothing')
    .action((file: string, { out, dryRun }: SubmitOptions) =>
      guarded(errors, async () => {
        if (out === undefined)
          throw new UsageError('This benchmark has no folder of community records. Give one with --out.');
        const { codeHash } = definition;
        const { records, problems } = reviewFile(file, {
          suites: definition.suites,
          codeHashOf: typeof codeHash === 'string' ? () => codeHash : codeHash,
          known: new RecordFiles(community?.known() ?? [], errors),
          check: community?.check,
        });
        if (problems.length > 0) throw new UsageError(refusal(file, problems));
        if (dryRun === true) {
          output.write(`${plural(records.length, 'record')} of ${file} passed. Nothing was filed.\n`);
          return 0;
        }
        const filed = fileRecords(records, out);
        rmSync(join(out, '.temporary'), { recursive: true, force: true });
        const before = filed.before === 0 ? '' : ` ${plural(filed.before, 'record')} lay there before.`;
        const places = filed.files.map((path) => relative(process.cwd(), path) || path);
        const what = places.length === 0 ? 'nothing new to file' : places.join(', ');
        output.write(`${plural(filed.records, 'record')} filed: ${what}.${before}\n`);
        return 0;
      }),
    );
}

function refusal(file: string, problems: readonly LineProblem[]): string {
  const alike = [...groupedBy(problems, ({ sentence }) => sentence)].map(
    ([sentence, group]) => `  ${linesText(group.map(({ line }) => line))}: ${shortened(sentence, 600)}`,
  );
  const more = alike.length - mostSentences;
  return [
    `${shortened(file)} was not filed, and is as it was:`,
    ...alike.slice(0, mostSentences),
    ...(more > 0 ? [`  and ${plural(more, 'more problem')}.`] : []),
  ].join('\n');
}

/** `line 3`, `lines 1, 2, 3 and 40 more`. */
function linesText(lines: readonly number[]): string {
  const [first, others] = [lines.slice(0, 3), lines.length - 3];
  if (lines.length === 1) return `line ${lines[0]}`;
  return others > 0 ? `lines ${first.join(', ')} and ${others} more` : `lines ${listOf(first.map(String))}`;
}
