/** @file What an adapter can do at most, as it was measured, and what follows for a kernel. */
import * as z from 'zod';

const rate = z.strictObject({
  perSecond: z.number().positive().describe('the highest that was measured, by the wall clock'),
  perCpuSecond: z
    .number()
    .positive()
    .nullable()
    .describe("the same by the process's CPU time, where the adapter computes on it"),
  kernel: z.string(),
});

export const roofSchema = z.strictObject({
  format: z.literal(2),
  adapter: z.string(),
  driver: z.string().describe("the driver's own text, with its version"),
  date: z.string(),
  processor: z
    .string()
    .nullable()
    .describe("the processor's name where the adapter computes on it; null where it is a device of its own"),
  processors: z.int().positive().describe('that the process could use'),
  load: z.number().describe('processes that wanted to run meanwhile, of the operating system'),
  memory: rate.describe('bytes read and written by a copy too large for any cache'),
  cache: rate.describe('bytes loaded again and again from a few that stay in one'),
  fused: rate.describe('operations, two for each fused multiply-add'),
  unfused: rate.describe('operations of products and sums'),
  workgroup: rate.describe('bytes loaded from workgroup memory'),
  shuffle: rate.nullable().describe('values handed to another lane; null where there are no subgroups'),
  dispatchMs: z.number().positive().describe('one more empty dispatch in a pass'),
  launchMs: z.number().positive().describe('a submission with one empty dispatch, until the queue is done'),
  compileMs: z.number().nonnegative().describe('the smallest module, from its text to its first run'),
});

/** The measured ceilings of one adapter under one driver. */
export type Roof = z.infer<typeof roofSchema>;
type Rate = z.infer<typeof rate>;

/**
 * The ceiling itself. On an adapter that computes on the process's own cores the wall clock shows what others left of them; CPU time does
 * not, so the larger of the two counts.
 */
export function ceiling({ perSecond, perCpuSecond }: Rate, processors: number): number {
  return perCpuSecond === null ? perSecond : Math.max(perSecond, perCpuSecond * processors);
}

export interface Amounts {
  readonly operations: number;
  readonly bytes: number;
}

export type Regime = 'compute' | 'memory' | 'dispatch';

/** The least time in which work can be done, and what sets it. */
export function attainable(
  roof: Roof,
  { operations, bytes }: Amounts,
): { readonly ms: number; readonly regime: Regime } {
  const compute = (1000 * operations) / peakOperations(roof);
  const memory = (1000 * bytes) / peakBytes(roof, bytes);
  const ms = Math.max(compute, memory, roof.dispatchMs);
  return { ms, regime: ms === roof.dispatchMs ? 'dispatch' : ms === compute ? 'compute' : 'memory' };
}

export const peakOperations = (roof: Roof): number =>
  Math.max(ceiling(roof.fused, roof.processors), ceiling(roof.unfused, roof.processors));

/** Bytes that a cache may hold between two runs of one kernel. */
const cached = 2 ** 25;

/** Bytes a second: what stays in a cache between runs is not held to the memory behind it. */
export function peakBytes(roof: Roof, bytes: number): number {
  const memory = ceiling(roof.memory, roof.processors);
  return bytes > cached ? memory : Math.max(memory, ceiling(roof.cache, roof.processors));
}

/** Below this share of the time that is attainable a time is no time. */
const floorShare = 0.5;

/**
 * A sentence about a time in which the work cannot have been done: the clock was read before the queue was done, a dispatch was left out, or the
 * roof is not this adapter's. Undefined where the time is possible.
 */
export function floorFault(roof: Roof, work: Amounts, ms: number): string | undefined {
  const compute = (1000 * work.operations) / peakOperations(roof);
  const memory = (1000 * work.bytes) / peakBytes(roof, work.bytes);
  const floor = floorShare * Math.max(compute, memory);
  if (ms >= floor) return undefined;
  return (
    `a measuring fault: ${ms.toPrecision(3)} ms for ${work.operations.toPrecision(3)} operations and ${work.bytes.toPrecision(3)} bytes, which ` +
    `${roof.adapter} needs at least ${floor.toPrecision(3)} ms for by its roof of ${roof.date}; measure the roof again if that is old`
  );
}
