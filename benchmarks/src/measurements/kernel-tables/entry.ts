/** @file One line of a table of measured kernels: which configuration was fastest for a problem on an adapter, and what it was measured against. */
import * as z from 'zod';

const configuration = z.record(z.string(), z.union([z.string(), z.number()]));

export const entrySchema = z.strictObject({
  format: z.literal(1),
  adapter: z.string().describe("the adapter's name for its device; of a software driver it holds the lanes"),
  driver: z.string().describe("the driver's own text, with its version"),
  family: z.enum([
    'matmul',
    'conv2d',
    'pointwise',
    'reduction',
    'matmul split',
    'conv2d split',
    'reduction split',
  ]),
  key: z.string().describe('the problem, as the family writes it'),
  configuration,
  variant: z.string().describe('the name of the kernel, for people'),
  tied: z.array(z.string()).describe('kernels that could not be told apart from this one in time'),
  fingerprint: z
    .string()
    .nullable()
    .describe('of the order of its sums: kernels with the same one give the same bits'),
  ms: z.number().nullable().describe('median milliseconds of a call'),
  candidates: z.int().describe('kernels of different text that were tried'),
  rounds: z.int().describe('turns of each kernel that was left at the end'),
  strategy: z.string(),
  clock: z.enum(['wall', 'cpu']).describe('until the queue was done, or processor time of all threads'),
  date: z.string(),
  load: z.number().describe('processes that wanted to run meanwhile, of the operating system'),
});

/** One line of a table. */
export type TableEntry = z.infer<typeof entrySchema>;

/** The part of a cell's record that pins its choices. */
const recordSchema = z.object({
  kernelChoices: z.record(z.string(), z.string()),
});

/** What a line of a table says, whoever wrote it. */
export interface Listed {
  readonly family: string;
  readonly key: string;
  readonly kernel: TableEntry['configuration'] | string;
  readonly adapter?: string;
  readonly driver?: string;
  /** The kernel's name, and those that tied with it; of a table's line. */
  readonly variant?: string;
  readonly tied?: readonly string[];
  readonly why: string;
}

/**
 * The choices in one line: an entry of a table, or a record with the choices of its cell.
 *
 * @returns a clause about what is wrong with it where it is neither
 */
export function readLine(line: string): readonly Listed[] | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'is no JSON; it may have been cut off';
  }
  const entry = entrySchema.safeParse(value);
  if (entry.success) return [{ ...entry.data, kernel: entry.data.configuration, why: reasonOf(entry.data) }];
  const isRecord = typeof value === 'object' && value !== null && 'identity' in value;
  if (!isRecord) {
    const [issue] = entry.error.issues;
    return `is no entry of a table: ${issue?.path.join('.') || 'the line'}: ${issue?.message}`;
  }
  const record = recordSchema.safeParse(value);
  // A record of a cell without contractions has none.
  if (!record.success) return [];
  return Object.entries(record.data.kernelChoices).map(([problem, text]) => {
    const [family = '', ...key] = problem.split(' ');
    return { family, key: key.join(' '), kernel: text.split(' by ')[0]!, why: 'a record pins it' };
  });
}

function reasonOf({ tied, candidates, date, rounds, ms }: TableEntry): string {
  const beside = tied.length === 0 ? 'alone' : `the simplest of ${tied.length + 1} that tie`;
  const time = ms === null ? '' : `${ms.toPrecision(3)} ms, `;
  return `${time}fastest of ${candidates} kernels, ${beside}, ${rounds} rounds, ${date}`;
}
