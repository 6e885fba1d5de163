/** @file How λ is learned on the rows of this suite: long enough in `quick` to see it move, four times as long or more elsewhere. */
import type { CellConfig } from '@longhorizon/harness';
import type { Batch, ProblemRow, Recipe } from '../../measurements/rows.ts';

interface Learning extends Omit<Recipe, 'innerOptimisations' | 'evaluateEvery' | 'tasks' | 'test'> {
  /** A quarter of what is not `quick`; 20 when left out. */
  readonly innerOptimisations?: number;
  /** In `quick`; as many when left out. */
  readonly quick?: number;
  /** How often λ is judged; 4 times in `quick` and 8 elsewhere when left out. Costs of methods that differ need more, to be compared at equal ones. */
  readonly judgements?: number;
  /** As in a recipe, for a cell. */
  readonly tasks?: (number: number, config: CellConfig) => Batch;
}

export const learning =
  ({
    innerOptimisations = 20,
    quick = innerOptimisations,
    judgements,
    tasks,
    ...rest
  }: Learning): NonNullable<ProblemRow['training']> =>
  (config) => {
    const isQuick = config.profile === 'quick';
    const all = isQuick ? quick : 4 * innerOptimisations;
    return {
      innerOptimisations: all,
      evaluateEvery: Math.ceil(all / (judgements ?? (isQuick ? 4 : 8))),
      ...(tasks === undefined ? {} : { tasks: (number) => tasks(number, config) }),
      ...rest,
    };
  };
