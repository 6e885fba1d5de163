import { statSync } from 'node:fs';
import { plural, UsageError } from '../errors.ts';
import { attemptKey, type CellRecord } from '../record/record.ts';
import { linesOf } from '../store/lines.ts';
import { parseRecord } from '../store/parse.ts';
import { type Benchmark, claimProblems } from './claims.ts';
import { physicalProblems } from './physics.ts';
import { ReferenceValues } from './reference.ts';
import { shortened, textProblems } from './text.ts';

/** What the records of a file are held to. */
export interface Expectations extends Benchmark {
  /** Committed records, whose gradients are reference values. */
  readonly known: Iterable<CellRecord>;
  /** What the benchmark itself has to say against a record, as sentences. */
  readonly check?: ((record: CellRecord) => readonly string[]) | undefined;
}

/** What a file holds: the records that passed, and what is wrong with lines. */
export interface Review {
  readonly records: readonly CellRecord[];
  readonly problems: readonly LineProblem[];
}

/** A sentence against a line. */
export interface LineProblem {
  /** From 1. */
  readonly line: number;
  readonly sentence: string;
}

/** The largest file: the records of all profiles take a fifth. */
const mostFileBytes = 64 * 2 ** 20;
/** The largest record: committed ones take up to 60 kB. */
const mostRecordBytes = 2 ** 20;
const mostRecords = 20_000;

/**
 * Reads a file with a record a line. Nothing is executed or written, whatever the file says; what is held is one line and the records that
 * passed.
 *
 * @throws UsageError for a file that is not there, is no regular file, is too large, or holds no line
 */
export function reviewFile(path: string, expectations: Expectations): Review {
  checkFile(path);
  const references = new ReferenceValues(expectations.known);
  const records = new Map<string, { readonly text: string; readonly record: CellRecord }>();
  const problems: LineProblem[] = [];
  let number = 0;
  for (const line of linesOf(path, mostRecordBytes)) {
    number++;
    const refuse = (sentence: string): void => {
      problems.push({ line: number, sentence });
    };
    if (line === undefined) refuse(`longer than ${mostRecordBytes / 2 ** 20} MiB, which no record is.`);
    else if (!line.every(isBlank)) {
      const { record, sentences } = reviewLine(line, expectations, references);
      sentences.forEach(refuse);
      if (record === undefined || sentences.length > 0) continue;
      const [key, text] = [attemptKey(record), JSON.stringify(record)];
      const earlier = records.get(key);
      if (earlier !== undefined && earlier.text !== text)
        refuse('the same attempt at the same cell as a line before, with other results.');
      records.set(key, { record, text });
    }
    if (number > mostRecords)
      throw new UsageError(
        `${shortened(path)} has more than ${mostRecords.toLocaleString('en')} lines. Split it into several files.`,
      );
  }
  if (records.size === 0 && problems.length === 0)
    throw new UsageError(`${shortened(path)} is empty. A file of records has one record a line.`);
  return { records: [...records.values()].map(({ record }) => record), problems };
}

function checkFile(path: string): void {
  let status: ReturnType<typeof statSync>;
  try {
    status = statSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(code === 'ENOENT' ? `There is no ${path}.` : `${path} cannot be read (${message}).`);
  }
  if (!status.isFile())
    throw new UsageError(`${path} is no file. Give the .jsonl file that the page or "bench gather" wrote.`);
  if (status.size > mostFileBytes)
    throw new UsageError(
      `${path} has ${Math.ceil(status.size / 2 ** 20).toLocaleString('en')} MiB, and at most ${mostFileBytes / 2 ** 20} MiB are read. Split it into several files.`,
    );
}

const isBlank = (byte: number): boolean => byte === 13 || byte === 32 || byte === 9;

/** A record and the sentences against it; no record where the line is none. */
function reviewLine(
  line: Uint8Array,
  expectations: Expectations,
  references: ReferenceValues,
): { readonly record?: CellRecord; readonly sentences: readonly string[] } {
  const parsed = parseRecord(line);
  if (!parsed.ok) {
    const [first = '', ...more] = parsed.problems;
    const others = more.length === 0 ? '' : ` (and ${plural(more.length, 'more problem')})`;
    if (parsed.kind !== 'newer') return { sentences: [`no record: ${shortened(first)}${others}.`] };
    return { sentences: [`${shortened(first)}. Update this checkout and submit the file there.`] };
  }
  const record = parsed.value;
  const texts = textProblems(record);
  // What follows quotes the record; nothing of it is quoted before its texts are known to be harmless.
  if (texts.length > 0) return { record, sentences: texts };
  const sentences = [
    ...claimProblems(record, expectations),
    ...physicalProblems(record, expectations.suites),
    ...references.problemsOf(record, expectations.suites),
    ...(expectations.check?.(record) ?? []),
  ];
  return { record, sentences };
}
