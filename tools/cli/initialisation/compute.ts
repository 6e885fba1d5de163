import {
  type Backend,
  type InitialisationMethod,
  type NonPositiveCurvature,
  type NotFinite,
  prepareInitialisation,
  type TaskSet,
} from '@longhorizon/bilevel';
import type { Counts } from '@longhorizon/bilevel/authoring';
import { owned } from '@longhorizon/harness/command-line';
import type { Device } from '@longhorizon/tensor';
import { progressOf } from '../input/work.ts';
import type { QuadraticsInput } from './input.ts';

/** After an inner step, its meta-update and shift, and before any reset. */
export interface StepReport {
  /** Counted from 1 over all trajectories. */
  readonly step: number;
  /** The mean loss over the tasks before the step. */
  readonly loss: number;
  readonly phi: readonly number[];
  /** θ^t of every task. */
  readonly theta: readonly (readonly number[])[];
}

export interface TrajectoryReport {
  readonly steps: readonly StepReport[];
  /** The inner step after which the numbers were no longer finite; nothing follows it. */
  readonly divergedAt?: number;
  /** What was not finite then. */
  readonly diverged?: NotFinite;
  /** The first direction of a solver along which its matrix does not curve upwards. */
  readonly nonPositiveCurvature?: NonPositiveCurvature;
  readonly counts: Counts;
}

export interface InitialisationMethodReport {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  readonly reference: TrajectoryReport;
  readonly device?: TrajectoryReport;
}

export interface InitialisationReport {
  readonly tasks: number;
  readonly d: number;
  readonly K: number;
  readonly trajectories: number;
  /** The method without the approximation of a shift, in float64. */
  readonly exact: InitialisationMethodReport;
  readonly methods: readonly InitialisationMethodReport[];
  readonly adapter?: string;
}

/** Runs all methods. @param device absent: float64 alone */
export async function computeInitialisations(
  taskSet: TaskSet,
  input: QuadraticsInput,
  exact: InitialisationMethod,
  methods: readonly InitialisationMethod[],
  device: Device | undefined,
): Promise<InitialisationReport> {
  const places = device === undefined ? 1 : 2;
  const progress = progressOf(input.K * input.trajectories, places * methods.length + 1);
  const reportOf = async (method: InitialisationMethod, onDevice = device) => ({
    name: method.name,
    title: method.title,
    source: method.source,
    reference: await follow('float64', taskSet, input, method),
    ...(onDevice === undefined ? {} : { device: await follow(onDevice, taskSet, input, method) }),
  });
  const reports: InitialisationMethodReport[] = [];
  for (const method of methods) {
    progress(method.name);
    if (device !== undefined) progress(`${method.name}, then on the device`);
    reports.push(await reportOf(method));
  }
  progress(exact.name);
  const exactly = await follow('float64', taskSet, input, exact);
  progress();
  return {
    tasks: input.tasks.length,
    d: input.phi.length,
    K: input.K,
    trajectories: input.trajectories,
    exact: {
      name: exact.name,
      title: exact.title,
      source: exact.source,
      reference: exactly,
    },
    methods: reports,
    ...(device === undefined ? {} : { adapter: device.adapter.name }),
  };
}

async function follow(
  backend: Backend,
  taskSet: TaskSet,
  { K, trajectories, aggregatePeriod, reset, phi }: QuadraticsInput,
  method: InitialisationMethod,
): Promise<TrajectoryReport> {
  using run = owned(
    await prepareInitialisation(backend, taskSet, method, { horizon: K, aggregatePeriod, reset }),
  );
  const steps: StepReport[] = [];
  const d = phi.length;
  let said: Pick<TrajectoryReport, 'divergedAt' | 'diverged' | 'nonPositiveCurvature'> = {};
  while (run.stepsDone < K * trajectories && said.divergedAt === undefined) {
    const outcome = await run.run(1);
    const { divergedAt, diverged } = outcome;
    const nonPositiveCurvature = said.nonPositiveCurvature ?? outcome.nonPositiveCurvature;
    said = {
      ...(divergedAt === undefined ? {} : { divergedAt }),
      ...(diverged === undefined ? {} : { diverged }),
      ...(nonPositiveCurvature === undefined ? {} : { nonPositiveCurvature }),
    };
    const theta = await run.read('weights');
    steps.push({
      step: run.stepsDone,
      loss: outcome.losses[0]!,
      phi: [...(await run.read('initial'))],
      theta: Array.from({ length: theta.length / d }, (_, t) => [...theta.subarray(t * d, (t + 1) * d)]),
    });
  }
  return { steps, counts: run.counters, ...said };
}
