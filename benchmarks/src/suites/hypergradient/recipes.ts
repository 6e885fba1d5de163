/** @file How λ is learned on the rows of this suite: long enough in `quick` to see it move, four times as long elsewhere. */
import type { CellConfig } from '@longhorizon/harness';
import type { Batch, ProblemRow, Recipe } from '../rows.ts';

interface Learning extends Omit<Recipe, 'innerOptimisations' | 'evaluateEvery' | 'tasks' | 'test'> {
  /** In `quick`; 20 when left out. */
  readonly innerOptimisations?: number;
  /** As in a recipe, for a cell. */
  readonly tasks?: (number: number, config: CellConfig) => Batch;
}

export const learning =
  ({ innerOptimisations = 20, tasks, ...rest }: Learning): NonNullable<ProblemRow['training']> =>
  (config) => {
    const isQuick = config.profile === 'quick';
    return {
      innerOptimisations: isQuick ? innerOptimisations : 4 * innerOptimisations,
      evaluateEvery: isQuick ? innerOptimisations / 4 : innerOptimisations / 2,
      ...(tasks === undefined ? {} : { tasks: (number) => tasks(number, config) }),
      ...rest,
    };
  };
