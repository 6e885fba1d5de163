/** @file How λ is learned on the rows of this suite: long enough in `quick` to see it move, four times as long or more elsewhere. */
import type { CellConfig } from '@longhorizon/harness';
import type { Batch, ProblemRow, Recipe } from '../../measurements/rows.ts';

interface Learning extends Omit<Recipe, 'innerOptimisations' | 'evaluateEvery' | 'tasks' | 'test'> {
  /** A quarter of what is not `quick`; 20 when left out. */
  readonly innerOptimisations?: number;
  /** In `quick`; as many when left out. */
  readonly quick?: number;
  /** As in a recipe, for a cell. */
  readonly tasks?: (number: number, config: CellConfig) => Batch;
}

export const learning =
  ({
    innerOptimisations = 20,
    quick = innerOptimisations,
    tasks,
    ...rest
  }: Learning): NonNullable<ProblemRow['training']> =>
  (config) => {
    const isQuick = config.profile === 'quick';
    return {
      innerOptimisations: isQuick ? quick : 4 * innerOptimisations,
      evaluateEvery: isQuick ? Math.ceil(quick / 4) : innerOptimisations / 2,
      ...(tasks === undefined ? {} : { tasks: (number) => tasks(number, config) }),
      ...rest,
    };
  };
