/**
 * @file The space of a problem as it was measured: every configuration with what became of it. The one form that exports and replays read; files
 * are compressed JSON, and say on which machine and under which load they came to be.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { UsageError } from '@longhorizon/harness';
import type { Device } from '@longhorizon/tensor';
import { z } from 'zod';
import type { Clock } from './bench.ts';
import type { Trial } from './exploration.ts';
import { families, type KernelProblem } from './problems.ts';
import { parametersOf, type SearchResult } from './search.ts';

const configuration = z.record(z.string(), z.union([z.string(), z.number()]));

const spaceSchema = z.strictObject({
  format: z.literal('longhorizon-kernel-space-1'),
  family: z.enum(families),
  problem: z.string(),
  operations: z.number(),
  machine: z.strictObject({
    adapter: z.string(),
    driver: z.string(),
    lanes: z.int().describe('invocations of a subgroup, 0 where the adapter does not tell'),
    processor: z.string(),
    processors: z.int(),
    clock: z.enum(['wall', 'cpu']),
    load: z
      .number()
      .describe('processes that wanted to run at the end, of the operating system, this one included'),
    date: z.string(),
  }),
  parameters: z.array(
    z.strictObject({ name: z.string(), values: z.array(z.union([z.string(), z.number()])) }),
  ),
  uses: z.record(z.string(), z.record(z.string(), z.array(z.union([z.string(), z.number()])))),
  trials: z.array(
    z.strictObject({
      configuration,
      name: z.string(),
      status: z.enum(['timed', 'slow', 'other bits', 'compile', 'runtime', 'correctness', 'timeout']),
      compileMs: z.number().nullable(),
      checkMs: z.number().nullable(),
      error: z.number().nullable().describe('over the largest element of the result'),
      fingerprint: z.string().nullable(),
      samples: z.array(z.number()).describe('milliseconds of a call'),
    }),
  ),
  twins: z.array(z.strictObject({ configuration, of: z.string() })).describe('configurations of equal text'),
  refused: z.array(z.strictObject({ configuration, reason: z.string() })),
});

/** A measured space. */
export type Space = z.infer<typeof spaceSchema>;

const digits = (value: number): number => Number(value.toPrecision(5));

/** A problem whose kernels were searched. */
export interface SearchedProblem {
  readonly name: string;
  readonly problem: KernelProblem;
  readonly result: SearchResult;
  readonly clock: Clock;
}

/** A search as a space. */
function spaceOf(device: Device, { problem, result, clock }: SearchedProblem): Space {
  const { parameters, uses } = parametersOf(problem);
  return {
    format: 'longhorizon-kernel-space-1',
    family: problem.family,
    problem: problem.title,
    operations: problem.operations,
    machine: {
      adapter: device.adapter.device,
      driver: device.adapter.description,
      lanes: device.adapter.subgroupMinSize,
      processor: cpus()[0]?.model.trim() ?? '',
      processors: cpus().length,
      clock,
      load: digits(loadavg()[0] ?? 0),
      date: new Date().toISOString(),
    },
    parameters: parameters.map(({ name, values }) => ({ name, values: [...values] })),
    uses: Object.fromEntries(
      Object.entries(uses).map(([kernel, own]) => [
        kernel,
        Object.fromEntries(Object.entries(own).map(([name, values]) => [name, [...values]])),
      ]),
    ),
    trials: result.trials.map(trialOf),
    ...refusedOf(result),
  };
}

function trialOf({ candidate, status, compileMs, checkMs, error, fingerprint, samples }: Trial) {
  const known = (value: number | undefined) => (value === undefined ? null : digits(value));
  return {
    configuration: { ...candidate.configuration },
    name: candidate.name,
    status,
    compileMs: known(compileMs),
    checkMs: known(checkMs),
    error: known(error),
    fingerprint: fingerprint ?? null,
    samples: samples.map(digits),
  };
}

function refusedOf({ refused }: SearchResult): Pick<Space, 'twins' | 'refused'> {
  return {
    twins: refused.flatMap(({ configuration, sameAs }) =>
      sameAs === undefined ? [] : [{ configuration: { ...configuration }, of: sameAs }],
    ),
    refused: refused.flatMap(({ configuration, reason, sameAs }) =>
      sameAs === undefined ? [{ configuration: { ...configuration }, reason }] : [],
    ),
  };
}

/** Writes a search as a space. @returns the file */
export function writeSpace(folder: string, device: Device, tuned: SearchedProblem): string {
  const name = `${tuned.problem.family} ${tuned.name}`.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const lanes = device.adapter.subgroupMinSize;
  const path = join(folder, `${name}.lanes-${lanes}.json.gz`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, gzipSync(JSON.stringify(spaceOf(device, tuned)), { level: 9 }));
  return path;
}

/**
 * Reads a space.
 *
 * @throws UsageError for a file that is missing or is none
 */
export function readSpace(path: string): Space {
  let text: string;
  try {
    const bytes = readFileSync(path);
    text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (error) {
    throw new UsageError(
      `The space ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}. longhorizon kernels tune --strategy exhaustive --space writes such files.`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(`${path} is no space: it holds no JSON.`);
  }
  const parsed = spaceSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(`${path} is no space: ${issue?.path.join('.') || 'it'}: ${issue?.message}.`);
}
