import * as z from 'zod';
import { longestName, namePattern } from '../cell/names.ts';
import { adapterSchema, outcome, sections, tuningSchema, volatile } from './measurement.ts';
import { upgradeRecord } from './upgrade.ts';

/** Raised when a field changes its name or meaning, or goes; new optional fields do not raise it. Earlier ones are read as well. */
export const schemaVersion = 2;

const hash = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hexadecimal');
const wholeNumber = z.int().min(0);
const name = z
  .string()
  .max(longestName)
  .regex(namePattern, 'must be lower-case letters, digits and dashes, with single . _ or / between them');

const configSchema = z.strictObject({
  suite: name,
  problem: name,
  method: name,
  horizon: wholeNumber.describe('T'),
  dimension: wholeNumber.describe('p'),
  seed: wholeNumber,
  profile: name,
  pass: name,
  parameters: z.record(z.string(), z.json()),
});

const identitySchema = z.strictObject({
  cellId: hash.describe('hash of the configuration'),
  versionId: hash.describe('hash of measure version, code and device'),
  measureVersion: wholeNumber,
  codeHash: z.string(),
  attempt: z.int().min(1).meta(volatile),
});

export const environmentSchema = z.strictObject({
  fingerprint: hash.describe('hash of the stable part'),
  stable: z.strictObject({
    os: z.strictObject({ platform: z.string(), architecture: z.string(), release: z.string() }),
    cpu: z.strictObject({ model: z.string(), logicalCores: z.int().min(0) }),
    memoryGiB: wholeNumber.describe('rounded, because a kernel update changes the last bytes'),
    node: z.string().optional().describe('version of Node.js; absent in a browser'),
    browser: z.string().optional().describe('name and version of the browser, where cells ran in one'),
    packages: z.record(z.string(), z.string()),
    adapter: adapterSchema.nullable(),
    variables: z
      .record(z.string(), z.string())
      .optional()
      .describe("environment variables that decide how the cell ran: settings of the adapter's driver"),
  }),
  volatile: z
    .strictObject({
      freeMemoryBytes: wholeNumber,
      loadAverage: z.array(z.number()).describe('one, five and fifteen minutes'),
      allowedCores: z.int().min(1),
      scheduler: z.record(z.string(), z.string()).describe('job and array index under a batch system'),
    })
    .meta(volatile),
});

const codeSchema = z
  .strictObject({
    commit: z.string().nullable(),
    dirty: z.boolean().nullable().describe('whether tracked files differed from the commit'),
  })
  .meta(volatile);

const runSchema = z
  .strictObject({
    startedAt: z.iso.datetime(),
    durationMs: z.number().min(0).describe('wall clock of the whole cell, set-up included'),
    cpuMs: z
      .number()
      .min(0)
      .optional()
      .describe(
        'processor time of the process that ran the cell, meanwhile; processes that it started do not count',
      ),
    endedBy: z
      .string()
      .optional()
      .describe(
        'the signal that ended the process of a second try, where nothing tells why: the result does not stand when the run is resumed',
      ),
    isolation: z
      .enum(['in-process', 'worker', 'process', 'browser', 'none'])
      .describe('browser: in a worker of a page; none: nothing was run'),
    cellsAtOnce: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe('how many cells shared the machine; one where left out. Seconds hold the company as well'),
    repeats: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe(
        'how often the cell was measured again because the machine was too unsteady; this is the last time',
      ),
  })
  .meta(volatile);

export const recordSchema = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  kind: z.literal('cell'),
  identity: identitySchema,
  config: configSchema,
  seeds: z.strictObject({
    derived: z.record(z.string(), wholeNumber),
    axes: z.record(z.string(), z.array(z.string())),
  }),
  tuning: tuningSchema.optional(),
  ...outcome,
  ...sections,
  environment: environmentSchema,
  code: codeSchema,
  run: runSchema,
});

/** One attempt at one cell, as it is stored. */
export type CellRecord = z.infer<typeof recordSchema>;

/** What names an attempt. */
export interface Attempt {
  readonly identity: Pick<CellRecord['identity'], 'cellId' | 'versionId' | 'attempt'>;
  readonly environment: Pick<CellRecord['environment'], 'fingerprint'>;
  readonly run: Pick<CellRecord['run'], 'startedAt'>;
}

/** The name of one attempt: no two records have the same, but for copies. */
export function attemptKey({ identity, environment, run }: Attempt): string {
  const { cellId, versionId, attempt } = identity;
  return `${cellId} ${versionId} ${String(attempt).padStart(6, '0')} ${environment.fingerprint} ${run.startedAt}`;
}

/** The machine, adapter and versions that a record was measured with. */
export type Environment = z.infer<typeof environmentSchema>;
/** The code that a record answers for. */
export type CodeState = z.infer<typeof codeSchema>;

/** The published JSON Schema (draft 2020-12) of a record. */
export function recordJsonSchema(): Record<string, unknown> {
  return {
    $id: `longhorizon/record-v${schemaVersion}.json`,
    title: 'One attempt at one benchmark cell',
    ...z.toJSONSchema(recordSchema, { target: 'draft-2020-12', reused: 'inline' }),
  };
}

/** A value that passed the schema, or the sentences that say why it did not. */
export type Checked<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Holds a value against a schema and says in words what is wrong. */
export function check<Value>(schema: z.ZodType<Value>, value: unknown): Checked<Value> {
  const result = parse(schema, value);
  if (result === 'too deep') return { ok: false, problems: [tooDeep] };
  return result.success
    ? { ok: true, value: result.data }
    : { ok: false, problems: result.error.issues.map(sentenceOf) };
}

/** A record, or why a value is none and whether a later version of this program seems to have written it. */
export type Inspected =
  | { readonly ok: true; readonly value: CellRecord }
  | { readonly ok: false; readonly newer: boolean; readonly problems: readonly string[] };

/**
 * Checks a parsed record, of this schema version or an earlier one. A higher version, or nothing wrong but fields that this version does not know, is the mark of a newer program
 * (new optional fields do not raise the version).
 */
export function inspectRecord(value: unknown): Inspected {
  const version = (value as { readonly schemaVersion?: unknown } | null | undefined)?.schemaVersion;
  if (typeof version === 'number' && version > schemaVersion) {
    const problem = `written by a newer program (schemaVersion ${version}; this one reads ${schemaVersion})`;
    return { ok: false, newer: true, problems: [problem] };
  }
  const result = parse(recordSchema, upgradeRecord(value));
  if (result === 'too deep') return { ok: false, newer: false, problems: [tooDeep] };
  if (result.success) return { ok: true, value: result.data };
  const { issues } = result.error;
  const problems = issues.map(sentenceOf);
  if (issues.some(({ code }) => code !== 'unrecognized_keys')) return { ok: false, newer: false, problems };
  return { ok: false, newer: true, problems: [`written by a newer program (${problems.join('; ')})`] };
}

/** Checks a parsed record. */
export function checkRecord(value: unknown): Checked<CellRecord> {
  return inspectRecord(value);
}

/** What is said of a value nested too deeply to be looked through. */
const tooDeep = 'the whole: nested too deeply to be a record';

function parse<Value>(schema: z.ZodType<Value>, value: unknown): z.ZodSafeParseResult<Value> | 'too deep' {
  try {
    return schema.safeParse(value);
  } catch (error) {
    // Free JSON values are walked by recursion, and the stack is finite.
    if (error instanceof RangeError) return 'too deep';
    throw error;
  }
}

function sentenceOf(issue: z.core.$ZodIssue): string {
  return `${issue.path.length === 0 ? 'the whole' : issue.path.join('.')}: ${issue.message}`;
}
