/**
 * @file What it costs to draw a batch by index from images on the device, against the inner step that uses it: 5-way 5-shot
 * with Conv4 of 32 filters. GPU time by timestamps of each dispatch, and wall clock of whole loops in turns.
 */
import { batchPositions, type Dataset } from '@longhorizon/datasets';
import { type Arm, Owner, type Sampled, sampleArms } from '@longhorizon/harness';
import { conv4, crossEntropy, sgd } from '@longhorizon/nn';
import {
  type Device,
  DeviceArray,
  grad,
  input,
  Loop,
  Plan,
  reshape,
  state,
  stepIndex,
  type Tensor,
  take,
} from '@longhorizon/tensor';
import {
  drawBatch,
  drawLabels,
  indexArray,
  type ResidentImages,
  residentImages,
} from '../../problem-parts/resident-images.ts';

const [WAYS, SHOTS, FILTERS] = [5, 5, 32];
const BATCH = WAYS * SHOTS;
/** Steps of one timed loop. */
const STEPS = 10;
/** Examples of a task from which batches are drawn where the device works the indices out itself. */
const POOL = 100;

export interface FeedingCost {
  /** GPU time of an inner step with its feeding, and of the feeding alone; undefined without timestamps. */
  readonly gpu: Sampled | undefined;
  /** Wall clock of loops of `STEPS` steps: `fixed` has its batch as floats and draws nothing. */
  readonly loops: Sampled;
  readonly stepsPerLoop: number;
  readonly dispatches: { readonly step: number; readonly feeding: number };
}

/** How the batch of a step is found. */
type Feed = (
  given: { readonly images: Tensor; readonly labels: Tensor; readonly table: Tensor },
  step: Tensor,
  shape: ResidentImages['shape'],
) => {
  readonly x: Tensor;
  readonly labels: Tensor;
};

/** Indices come from a table [steps, batch] that was uploaded once. */
const fromTable: Feed = (given, step, shape) => {
  const chosen = take(given.table, step);
  return { x: drawBatch(given.images, chosen, shape), labels: drawLabels(given.labels, chosen) };
};

/** Indices are worked out on the device from the number of the step. */
const fromCounter: Feed = (given, step, shape) => {
  const chosen = reshape(batchPositions([0, 1], step, { examples: POOL, batch: BATCH }), [BATCH]);
  return { x: drawBatch(given.images, chosen, shape), labels: drawLabels(given.labels, chosen) };
};

/** Measures on a data set of 28 × 28 × 1 pictures. */
export async function measureFeeding(
  device: Device,
  dataset: Dataset,
  budgetMs = 20_000,
): Promise<FeedingCost> {
  const model = conv4({ classes: WAYS, filters: FILTERS });
  const P = model.layout.paddedLength;
  using owner = new Owner();
  const resident = owner.own(residentImages(device, dataset));
  const table = owner.own(
    DeviceArray.from(
      device,
      Uint32Array.from({ length: STEPS * BATCH }, (_, k) => (k * 7919) % dataset.shape[0]),
      [STEPS, BATCH],
      { dtype: 'u32' },
    ),
  );
  // Labels of an episode are its ways, whatever the classes.
  const ways = owner.own(
    indexArray(
      device,
      Uint32Array.from({ length: dataset.shape[0] }, (_, k) => k % WAYS),
      'ways',
    ),
  );
  const arrays = { images: resident.arrays.images, labels: ways, table };
  const optimiser = sgd({ rate: 0.01 });
  const stepOn = (w: Tensor, x: Tensor, labels: Tensor, step: Tensor) =>
    optimiser.update(w, grad((v: Tensor) => crossEntropy(model.apply(v, x).outputs, labels))(w), {}, step).w;

  const drawn = (feed: Feed) =>
    Loop.make(device, {
      carry: { w: state([P]) },
      given: arrays,
      step: ({ w }, given, step) => {
        const { x, labels } = feed(given, step, resident.shape);
        return { w: stepOn(w, x, labels, step) };
      },
    });
  const fixedX = owner.own(new DeviceArray(device, [BATCH, ...resident.shape]));
  const fixedLabels = owner.own(
    indexArray(
      device,
      Uint32Array.from({ length: BATCH }, (_, k) => k % WAYS),
      'labels',
    ),
  );
  const loops = {
    'from a table': owner.own(await drawn(fromTable)),
    'from a counter': owner.own(await drawn(fromCounter)),
    fixed: owner.own(
      await Loop.make(device, {
        carry: { w: state([P]) },
        given: { x: fixedX, labels: fixedLabels },
        step: ({ w }, given, step) => ({ w: stepOn(w, given.x, given.labels, step) }),
      }),
    ),
  };
  const start = model.initialise(0);
  const arms = Object.entries(loops).map(
    ([name, loop]): Arm => ({
      name,
      run: async () => {
        loop.carry.w.write(start);
        await loop.run(STEPS);
      },
    }),
  );
  const sampled = await sampleArms(arms, {
    timeBudgetMs: budgetMs,
    maximumSamples: 60,
    relativeHalfWidth: 0.005,
  });

  const w = input([P]);
  const inputs = {
    images: input(arrays.images.shape, { dtype: 'u32' }),
    labels: input(ways.shape, { dtype: 'u32' }),
    table: input(table.shape, { dtype: 'u32' }),
  };
  const bound = new Map(
    Object.entries(inputs).map(([name, tensor]) => [tensor, arrays[name as keyof typeof arrays]]),
  );
  const fed = fromTable(inputs, stepIndex(), resident.shape);
  const whole = owner.own(
    await Plan.make(device, {
      outputs: [],
      updates: new Map([[w, stepOn(w, fed.x, fed.labels, stepIndex())]]),
      arrays: bound,
    }),
  );
  const feeding = owner.own(await Plan.make(device, { outputs: [fed.x, fed.labels], arrays: bound }));
  return {
    loops: sampled,
    stepsPerLoop: STEPS,
    gpu: await gpuTimes({ 'step (GPU)': whole, 'feeding (GPU)': feeding }),
    dispatches: { step: whole.dispatchCount, feeding: feeding.dispatchCount },
  };
}

/** Milliseconds of GPU time of plans, summed over their dispatches; undefined on adapters without timestamps. */
async function gpuTimes(plans: Readonly<Record<string, Plan>>): Promise<Sampled | undefined> {
  for (const plan of Object.values(plans)) if ((await plan.profile(1)) === undefined) return undefined;
  const arms = Object.entries(plans).map(
    ([name, plan]): Arm => ({
      name,
      clock: 'gpu',
      run: async () => (await plan.profile(1))!.reduce((sum, ns) => sum + ns, 0) / 1e6,
    }),
  );
  return sampleArms(arms, { minimumSamples: 20, maximumSamples: 40, timeBudgetMs: 5000 });
}
