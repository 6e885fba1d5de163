import * as z from 'zod';
import { statuses } from '../cell/config.ts';

/**
 * What running one cell comes to: the part of a record that the cell itself provides. Sections that do not
 * apply are absent; `null` stands for a number that was not measured or is not finite.
 *
 * Fields marked volatile may differ between two runs with the same seeds on the same device; all others may
 * not, and a test of the benchmark holds them to it.
 */

/** Marks a field that may differ from run to run: times, readings of the host, prose. */
export const volatile = { volatile: true } as const;

const count = z.int().min(0);
const number = z.number();
const maybe = z.number().nullable();
const numbers = z.record(z.string(), number);
const maybes = z.record(z.string(), maybe);

export const summarySchema = z
  .strictObject({
    count: count.describe('how many samples'),
    median: maybe,
    q1: maybe,
    q3: maybe,
    mad: maybe.describe('median absolute deviation from the median, not scaled'),
    minimum: maybe,
    maximum: maybe,
    mean: maybe,
    p95: maybe,
    outliers: count.describe('samples beyond 1.5 interquartile ranges from the quartiles; none are removed'),
    interval: z
      .strictObject({ level: number, low: maybe, high: maybe, method: z.string() })
      .describe('confidence interval of the median'),
  })
  .describe('computed from the samples, and recomputable from them');

export const phaseSchema = z.strictObject({
  clock: z.enum(['host', 'gpu']).describe('host: wall clock around the call; gpu: timestamps on the device'),
  unit: z.literal('ms'),
  samples: z.array(number).describe('raw, in the order in which they were taken'),
  innerIterations: z.int().min(1).describe('calls averaged in one sample'),
  warmUpCalls: count,
  stopped: z.enum(['precision', 'time-budget', 'maximum', 'fixed', 'aborted']).describe('why sampling ended'),
  summary: summarySchema,
});

export const timeSchema = z.strictObject({
  compileMs: maybe.describe('building and first use of pipelines; never part of a phase'),
  primaryPhase: z.string().describe('the phase that boards and charts show'),
  phases: z.record(z.string(), phaseSchema),
  evaluationMs: maybe.optional().describe('time spent on evaluation, excluded from every phase'),
  clock: z
    .strictObject({
      host: z.string(),
      hostResolutionMs: maybe.optional(),
      gpuTimestamps: z.boolean().optional(),
      gpuQuantumNs: maybe.optional().describe('smallest step of the device timestamps'),
      quantizationDisabled: z.boolean().optional(),
      synchronisation: z
        .enum(['work-done', 'map-read', 'none'])
        .optional()
        .describe('how the end of the work on the device was awaited'),
    })
    .optional(),
});

const memorySchema = z.strictObject({
  peakBytes: count.describe('largest number of device bytes alive at once, from the ledger of real buffers'),
  peakBytesByClass: z.record(z.string(), count).optional().describe('what was alive at that moment'),
  predictedPeakBytes: count.nullable().optional().describe('what the plan said before the run'),
  predictedBytesByClass: z.record(z.string(), count).optional(),
  predictedFormula: z.string().optional(),
  liveBytesAtEnd: count.optional(),
  allocationCount: count.optional(),
  hostRssPeakBytes: count.nullable().optional().meta(volatile),
  javascriptHeapPeakBytes: count.nullable().optional().meta(volatile),
});

const gradientSchema = z.strictObject({
  reference: z.string().describe('what the gradient was compared with'),
  cosine: maybe,
  relativeError: maybe.describe('‖g − reference‖ / ‖reference‖'),
  signAgreement: maybe.optional(),
  normRatio: maybe.optional(),
  blocks: z.record(z.string(), z.strictObject({ cosine: maybe, relativeError: maybe })).optional(),
  steps: z.array(z.strictObject({ step: count, cosine: maybe, relativeError: maybe })).optional(),
});

const trainingSchema = z.strictObject({
  curve: z.array(
    z.strictObject({
      step: number,
      metrics: maybes,
      timeMs: maybe.optional().meta(volatile),
      evaluations: number
        .optional()
        .describe('inner gradient evaluations so far; a product with a second derivative counts as two'),
    }),
  ),
  updates: count.optional().describe('updates of λ'),
  final: maybes,
  finalSamples: z
    .record(z.string(), z.array(number))
    .optional()
    .describe('the same metrics task by task; equal positions are equal tasks for every method'),
  best: maybes.optional(),
  target: z
    .strictObject({ metric: z.string(), value: number, direction: z.enum(['higher', 'lower']) })
    .optional(),
  reachedTargetAtStep: maybe.optional().describe('null: never'),
  reachedTargetAtMs: maybe.optional().meta(volatile),
  selectionSplit: z.string().optional(),
  reportSplit: z.string().optional(),
  stopReason: z.string().optional(),
});

/** As {@link Tuning} of a cell. */
export const tuningSchema = z
  .strictObject({
    metric: z.string(),
    direction: z.enum(['higher', 'lower']),
    trials: z.int().min(1).describe('settings that every method tried, failed ones included'),
    seeds: z.array(count).describe('of the trials; none of them is evaluated on'),
    tried: z.array(
      z.strictObject({
        values: z.record(z.string(), z.json()),
        score: maybe.describe('mean of the metric over the seeds; null: it failed on one of them'),
      }),
    ),
    chosen: z.record(z.string(), z.json()),
    atEdge: z.array(z.string()).describe('numbers whose chosen value is an end of those tried'),
    counters: numbers.describe('exact counts summed over all trials'),
  })
  .describe('how the tuned numbers of the configuration were chosen');

export const kernelSchema = z.strictObject({
  family: z.string(),
  variant: z.string().nullable(),
  shape: numbers,
  dtype: z.string(),
  flops: maybe.describe('floating-point operations of one call'),
  bytesMoved: maybe.describe('bytes that one call has to read and write at least'),
  peakFlopsPerSecond: maybe.optional().meta(volatile).describe('best rate measured on this adapter'),
  peakBytesPerSecond: maybe.optional().meta(volatile),
});

export const noiseSchema = z.strictObject({
  control: z.record(z.string(), z.array(number)).describe('milliseconds of fixed work, taken between rounds'),
  coefficientOfVariation: maybe,
  drift: maybe.describe('last third of the control over its first third, minus 1'),
  verdict: z.enum(['quiet', 'noisy', 'reject']),
});

export const adapterSchema = z
  .strictObject({
    vendor: z.string(),
    architecture: z.string(),
    device: z.string(),
    description: z.string(),
    backend: z.string().optional(),
    driver: z.string().optional(),
    kind: z.enum(['discrete', 'integrated', 'software', 'unknown']).optional(),
    isFallback: z.boolean(),
    features: z.array(z.string()),
    limits: z.record(z.string(), number),
    toggles: z.array(z.string()),
  })
  .describe('the WebGPU adapter and the switches it was opened with');

/** The sections of a measurement; the record repeats them. */
export const sections = {
  time: timeSchema.optional().meta(volatile),
  memory: memorySchema.optional(),
  counters: numbers.optional().describe('exact counts: dispatches, submits, bytes uploaded, products'),
  kernelVariants: z
    .record(z.string(), z.string())
    .optional()
    .describe('which variant each kernel family used'),
  kernelChoices: z
    .record(z.string(), z.string())
    .optional()
    .describe('for each product and convolution the kernel, and what chose it'),
  gradient: gradientSchema.optional(),
  training: trainingSchema.optional(),
  kernel: kernelSchema.optional(),
  noise: noiseSchema.optional().meta(volatile),
  artifacts: z
    .record(z.string(), z.string())
    .optional()
    .describe('hashes of outputs: gradient, predictions, shaders'),
  details: z.record(z.string(), z.json()).optional().describe('whatever else is exact and worth keeping'),
  notes: z.array(z.string()).optional().meta(volatile),
};

export const outcome = {
  status: z.enum(statuses),
  reason: z.string().min(1).nullable().meta(volatile).describe('why it did not end well; null for ok'),
  failedAtStep: count.optional(),
};

/** What a cell's measurement holds, checked before it becomes a record. */
export const measurementSchema = z
  .strictObject({ ...outcome, reason: outcome.reason.optional(), ...sections })
  .refine((measurement) => measurement.status === 'ok' || typeof measurement.reason === 'string', {
    message: 'a status other than ok needs a reason',
  });

/** What `runCell` returns. */
export type Measurement = z.infer<typeof measurementSchema>;
/** Order statistics of samples. */
export type Summary = z.infer<typeof summarySchema>;
/** One timed phase of a cell. */
export type Phase = z.infer<typeof phaseSchema>;
/** A record's section on time. */
export type TimeSection = z.infer<typeof timeSchema>;
/** A record's section on bytes, predicted and measured. */
export type MemorySection = z.infer<typeof memorySchema>;
/** A record's section on the hypergradient beside the exact one. */
export type GradientSection = z.infer<typeof gradientSchema>;
/** A record's section on training. */
export type TrainingSection = z.infer<typeof trainingSchema>;
/** A record's section on a kernel. */
export type KernelSection = z.infer<typeof kernelSchema>;
/** A record's section on the noise of the machine. */
export type NoiseSection = z.infer<typeof noiseSchema>;
/** The adapter that a cell ran on, as its record names it. */
export type AdapterInfo = z.infer<typeof adapterSchema>;
