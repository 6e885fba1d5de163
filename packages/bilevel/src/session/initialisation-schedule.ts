/** @file The order of things in the inner steps of an initialisation method. */
import type { LaidOutGroup, TaskLayout } from '../init/layout.ts';
import type { InitialisationAlgorithm, InitialisationOptions } from '../init/method.ts';
import { type Action, execute } from '../workspace/workspace.ts';

export interface InitialisationSchedule {
  readonly layout: TaskLayout;
  readonly algorithm: InitialisationAlgorithm;
  readonly options: Required<InitialisationOptions>;
}

/** The groups whose tasks are trained. */
export const trainedGroups = (
  layout: TaskLayout,
  algorithm: InitialisationAlgorithm,
): readonly LaidOutGroup[] => algorithm.groups ?? layout.groups;

/** `count` inner steps after `done` of them, in one trajectory, with the meta-updates and the reset that fall among them. */
export function* innerSteps(
  { layout, algorithm, options }: InitialisationSchedule,
  done: number,
  count: number,
): Generator<Action> {
  const { horizon, aggregatePeriod, reset } = options;
  for (let index = done; index < done + count; index++) {
    const i = (index % horizon) + 1;
    const at = { i, index };
    if (i === 1) {
      if (index > 0 && reset !== 'none') yield execute(layout.restart, index);
      yield* algorithm.begin?.() ?? [];
    }
    if (algorithm.step === undefined)
      for (const laid of trainedGroups(layout, algorithm)) yield execute(layout.step(laid), index);
    else yield* algorithm.step(at);
    yield* algorithm.after?.(at) ?? [];
    if (i % aggregatePeriod === 0) yield* algorithm.aggregate?.(at) ?? [];
    if (i === horizon) yield* algorithm.end?.(at) ?? [];
  }
}
