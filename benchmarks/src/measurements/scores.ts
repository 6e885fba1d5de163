import { finiteOrNull, type TrainingSection } from '@longhorizon/harness';

/** Numbers of each task, by metric. */
export type Scores = Readonly<Record<string, readonly number[]>>;

/** The mean of each metric over the tasks. */
export function meansOf(scores: Scores): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(scores).map(([name, values]) => [
      name,
      finiteOrNull(values.reduce((sum, value) => sum + value, 0) / values.length),
    ]),
  );
}

/** The scores themselves, as a record keeps them. */
export const samplesOf = (scores: Scores): NonNullable<TrainingSection['finalSamples']> =>
  Object.fromEntries(Object.entries(scores).map(([name, values]) => [name, [...values]]));
