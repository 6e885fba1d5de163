/** @file Fine-tuning: φ is the body of one source task, trained as usual. */
import { reshape, slice } from '@longhorizon/tensor';
import type { InitialisationMethod } from '../method.ts';

/** Options of fine-tuning: which task is the source. */
export interface FineTuningOptions {
  /** The task that is the source, counted from 0 over all groups; the first when left out. */
  readonly source?: number;
}

/**
 * φ ← body(θ^source), at every meta-update. A soft reset changes nothing then, so the source is trained without interruption. The tasks
 * of other groups are left alone; those of its own group go along, since they share its computations.
 */
export function fineTuning({ source = 0 }: FineTuningOptions = {}): InitialisationMethod {
  return {
    id: 'init/fine-tuning',
    name: 'fine-tuning',
    title: `Fine-tuning from task ${source}`,
    source: 'the usual practice',
    refuses: ({ groups, name }) => {
      const tasks = groups.reduce((count, group) => count + group.tasks, 0);
      return Number.isInteger(source) && source >= 0 && source < tasks
        ? undefined
        : `fine-tuning: there is no task ${source} in task set '${name}'; its ${tasks} tasks are counted from 0.`;
    },
    build: (layout) => {
      const { initial } = layout;
      let row = source;
      const laid = layout.groups.find(({ group }) => {
        if (row < group.tasks) return true;
        row -= group.tasks;
        return false;
      })!;
      const body = slice(laid.carry.w.tensor, [row, 0], [row + 1, initial.shape[0]!]);
      const take = layout.metaUpdate('body of the source', reshape(body, initial.shape));
      return { groups: [laid], aggregate: ({ index }) => take(index) };
    },
  };
}
