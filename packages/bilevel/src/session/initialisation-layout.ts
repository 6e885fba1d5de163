/** @file How an initialisation method is laid out for a task set: what is refused, variables, computations, data. Nothing is allocated. */
import type { ByteCounts } from '@longhorizon/tensor/compiler';
import { RefusedError } from '../hyper/method.ts';
import { TaskLayout } from '../init/layout.ts';
import type { InitialisationMethod, InitialisationOptions } from '../init/method.ts';
import type { TaskSet } from '../init/task-set.ts';
import type { PlacedGiven } from '../problem/place.ts';
import { declareHealth } from './health.ts';
import { type InitialisationSchedule, trainedGroups } from './initialisation-schedule.ts';
import type { Binding, LaidOut } from './session.ts';

/** How an initialisation method is laid out: horizon, periods, data that lie on the device already. */
export interface PrepareInitialisationOptions extends InitialisationOptions {
  /** What each group is given, where it already lies on the device, shared between runs; in the order of the groups. */
  readonly given?: readonly PlacedGiven[];
  /** Is told the bytes by class that are about to be allocated on a device; what it throws ends the making. */
  readonly admit?: (bytes: ByteCounts) => void;
}

/** What of a run left the finite numbers: weights of tasks, or φ. */
export type NotFinite = 'tasks' | 'initialisation';

/** A method laid out for a task set; nothing is allocated. */
export interface Prepared extends LaidOut<NotFinite>, InitialisationSchedule {
  readonly method: InitialisationMethod;
}

/** Why a method cannot run on a task set, as a sentence; undefined where it can. Needs no device. */
export function refusalOfInitialisation(
  taskSet: TaskSet,
  method: InitialisationMethod,
  options: InitialisationOptions,
): string | undefined {
  const { horizon: K, aggregatePeriod: period } = withDefaults(options);
  if (!(Number.isInteger(K) && K >= 1))
    return `K = ${K} is not the length of a trajectory; it has 1 inner step or more, a whole number.`;
  if (!(Number.isInteger(period) && period >= 1))
    return `An aggregate period of ${period} was asked for; give a whole number of inner steps, 1 or more.`;
  if (K % period !== 0)
    return `A trajectory of K = ${K} inner steps is no multiple of the aggregate period ${period}, so its last meta-update would see fewer steps than the others; choose K = ${Math.ceil(K / period) * period}, or a period that divides ${K}.`;
  return method.refuses?.(taskSet, withDefaults(options));
}

function withDefaults(options: InitialisationOptions): Required<InitialisationOptions> {
  const { horizon, aggregatePeriod = 1, reset = 'soft' } = options;
  return { horizon, aggregatePeriod, reset };
}

export function layOut(
  kind: TaskLayout['kind'],
  taskSet: TaskSet,
  method: InitialisationMethod,
  given: PrepareInitialisationOptions,
): Prepared {
  const reason = refusalOfInitialisation(taskSet, method, given);
  if (reason !== undefined) throw new RefusedError(reason);
  const options = withDefaults(given);
  const layout = new TaskLayout(taskSet, options.horizon, options.reset, kind);
  const algorithm = method.build(layout, options);
  // Named here so that they are part of the workspace before it is planned.
  if (algorithm.step === undefined) for (const group of trainedGroups(layout, algorithm)) layout.step(group);
  if (options.reset !== 'none') void layout.restart;
  requireMetaUpdates(method, layout);
  const health = declareHealth<NotFinite>(layout.workspace, {
    tasks: layout.groups.map(({ carry }) => carry.w.tensor),
    initialisation: [layout.initial.tensor],
  });
  const { workspace } = layout;
  const { curvature } = algorithm;
  const bindings = bindingsOf(layout, given.given);
  return {
    method,
    layout,
    algorithm,
    options,
    workspace,
    health,
    curvature,
    customHorizon: undefined,
    bindings,
  };
}

/** A computation of a method's own could make φ non-finite without a word. */
function requireMetaUpdates({ name }: InitialisationMethod, { workspace, initial, metaUpdates }: TaskLayout) {
  const own = workspace.computations.find(
    (computation) => computation.updates.has(initial) && !metaUpdates.has(computation),
  );
  if (own !== undefined)
    throw new TypeError(
      `${name}: the computation '${own.name}' moves φ by itself; declare it by layout.metaUpdate(name, next), which keeps φ finite.`,
    );
}

function bindingsOf(
  { taskSet, groups }: TaskLayout,
  given: readonly PlacedGiven[] | undefined,
): readonly Binding[] {
  if (given === undefined) return [];
  return groups.map(({ given: variables, group }, k) => ({
    variables,
    placed: given[k],
    owner: `task set '${taskSet.name}': group '${group.name}'`,
    source: `the placed data number ${k}`,
    advice: 'place the data of every group, in the order of the groups',
  }));
}
