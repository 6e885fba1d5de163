/** @file Learning φ with a method over a fixed number of inner steps, and the curves that say how it went. */
import type { InitialisationRun, NonPositiveCurvature } from '@longhorizon/bilevel';
import type { Scores } from '../scores.ts';
import { requireFinite } from './case.ts';
import type { MetaTest } from './meta-test.ts';

/** A stretch of the meta-training. */
export interface Stretch {
  /** Inner steps of each task, from the beginning to the end of the stretch. */
  readonly step: number;
  /** Mean training loss over the tasks and the steps of this stretch; null where nothing is trained, and at the start. */
  readonly trainLoss: number | null;
  /** The same, task by task. */
  readonly taskLosses: readonly number[];
  /** Where a solver's matrix was not positive definite, the first time in this stretch. */
  readonly nonPositiveCurvature?: NonPositiveCurvature;
  /** φ judged at the end of the stretch, where it was. */
  readonly scores?: Scores;
}

export interface MetaTrainingOptions {
  /** Inner steps of each task, over all trajectories. */
  readonly steps: number;
  /** Steps of a stretch. */
  readonly every: number;
  /** Steps at which φ is judged; 0 is before the first. */
  readonly judgedAt: readonly number[];
  readonly judge?: MetaTest;
  /** Called around the inner steps of a stretch, for a clock. */
  readonly timed?: <Value>(work: () => Promise<Value>) => Promise<Value>;
  /** Called around a judgement. */
  readonly evaluated?: <Value>(work: () => Promise<Value>) => Promise<Value>;
}

/**
 * @returns the stretches, the first one empty, at step 0
 * @throws CellFailure `diverged` where the numbers ceased to be finite
 */
export async function* metaTrain(
  run: InitialisationRun,
  options: MetaTrainingOptions,
): AsyncGenerator<Stretch> {
  const { steps, every, judgedAt, judge } = options;
  const plainly = <Value>(work: () => Promise<Value>): Promise<Value> => work();
  const [timed, evaluated] = [options.timed ?? plainly, options.evaluated ?? plainly];
  const scoresAt = async (step: number): Promise<Pick<Stretch, 'scores'>> =>
    judge === undefined || !judgedAt.includes(step)
      ? {}
      : { scores: await evaluated(async () => judge.judge(await run.read('initial'))) };
  yield { step: 0, trainLoss: null, taskLosses: [], ...(await scoresAt(0)) };
  while (run.stepsDone < steps) {
    const count = Math.min(every, steps - run.stepsDone);
    const outcome = requireFinite(await timed(() => run.run(count)));
    const taskLosses = columnMeans(outcome.taskLosses, outcome.steps);
    const trainLoss =
      taskLosses.length === 0 ? null : taskLosses.reduce((sum, loss) => sum + loss, 0) / taskLosses.length;
    const { nonPositiveCurvature } = outcome;
    yield {
      step: run.stepsDone,
      trainLoss,
      taskLosses,
      ...(nonPositiveCurvature === undefined ? {} : { nonPositiveCurvature }),
      ...(await scoresAt(run.stepsDone)),
    };
  }
}

function columnMeans(values: Float64Array, rows: number): number[] {
  const width = values.length / rows;
  return Array.from({ length: width }, (_, column) => {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += values[row * width + column]!;
    return sum / rows;
  });
}
