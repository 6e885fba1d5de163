/**
 * @file What a method ready to run is, of either family: an engine, bytes that were predicted, work that is timed, counted and judged. What
 * differs is the schedule: which actions follow each other (hyper-schedule.ts, initialisation-schedule.ts).
 */
import type { Device, DeviceArray } from '@longhorizon/tensor';
import { addBytes, type ByteCounts } from '@longhorizon/tensor/compiler';
import type { CustomHorizon, DeviceHorizon } from '../hyper/method.ts';
import type { PlacedGiven } from '../problem/place.ts';
import {
  type CurvatureWatch,
  clearCurvature,
  type NonPositiveCurvature,
  readCurvature,
} from '../solvers/curvature.ts';
import { type Counts, subtractCounts } from '../workspace/counts.ts';
import { type BoundArrays, compileWorkspace, DeviceEngine } from '../workspace/device-engine.ts';
import type { Engine, PerformedPlan } from '../workspace/engine.ts';
import { ReferenceEngine } from '../workspace/reference-engine.ts';
import type { Variable, Workspace } from '../workspace/workspace.ts';
import { firstNotFinite, type Health } from './health.ts';

/** Where a method runs: on a device in float32, or on the host in float64. */
export type Backend = Device | 'float64';

/** Variables that use arrays which lie on the device already. */
export interface Binding {
  readonly variables: Readonly<Record<string, Variable>>;
  /** Undefined where there should have been some. */
  readonly placed: PlacedGiven | undefined;
  /** Whose data they are, as the beginning of a sentence. */
  readonly owner: string;
  /** Where they should be, as words in a sentence. */
  readonly source: string;
  /** What to do where they do not fit. */
  readonly advice: string;
}

/** A method laid out and checked; nothing is allocated. */
export interface LaidOut<Quantity extends string> {
  readonly workspace: Workspace;
  readonly health: Health<Quantity>;
  readonly curvature: CurvatureWatch | undefined;
  readonly customHorizon: CustomHorizon | undefined;
  readonly bindings: readonly Binding[];
}

/** A laid out method with its memory and its programs. */
export interface SessionParts {
  readonly engine: Engine;
  /** Bytes by class that were allocated, as predicted before they were; empty on the reference. */
  readonly predicted: ByteCounts;
  readonly customHorizon: DeviceHorizon | undefined;
}

/** What some work took. */
export interface Effort {
  readonly wallMs: number;
  readonly dispatches: number;
  /** Derivative work. */
  readonly counts: Counts;
  /** The first direction of a linear solver along which its matrix does not curve upwards; absent where there is none. */
  readonly nonPositiveCurvature?: NonPositiveCurvature;
}

function compiledOn(device: Device, { workspace, customHorizon, bindings }: LaidOut<string>) {
  const compiled = compileWorkspace(device, workspace, boundArrays(bindings));
  return { compiled, bytes: addBytes(compiled.bytes, customHorizon?.bytes(device) ?? {}) };
}

function boundArrays(bindings: readonly Binding[]): BoundArrays {
  const bound = new Map<Variable, DeviceArray>();
  for (const { variables, placed, owner, source, advice } of bindings)
    for (const [name, variable] of Object.entries(variables)) {
      const array = placed?.arrays[name];
      if (array === undefined)
        throw new TypeError(
          `${owner} is given '${name}', but ${source} have ${Object.keys(placed?.arrays ?? {}).join(', ') || 'nothing'}; ${advice}.`,
        );
      bound.set(variable, array);
    }
  return bound;
}

/** Bytes by class that making its engine will allocate on a device. Placed data are not counted. */
export function predictedBytes(device: Device, laid: LaidOut<string>): ByteCounts {
  return compiledOn(device, laid).bytes;
}

/**
 * Allocates and compiles; after a failure nothing is left.
 *
 * @param admit is told the bytes before they are allocated
 */
export async function makeParts(
  backend: Backend,
  laid: LaidOut<string>,
  admit?: (bytes: ByteCounts) => void,
): Promise<SessionParts> {
  if (backend === 'float64')
    return { engine: new ReferenceEngine(laid.workspace), predicted: {}, customHorizon: undefined };
  const { compiled, bytes } = compiledOn(backend, laid);
  admit?.(bytes);
  const engine = await DeviceEngine.make(compiled);
  try {
    return { engine, predicted: bytes, customHorizon: await laid.customHorizon?.make(backend, engine) };
  } catch (error) {
    engine.destroy();
    throw error;
  }
}

/** What runs of both families have in common. */
export abstract class Session<Quantity extends string> {
  readonly engine: Engine;
  /** Bytes by class that the run allocated on its device, as predicted before it did; empty on the reference. */
  readonly predicted: ByteCounts;
  protected readonly customHorizon: DeviceHorizon | undefined;
  readonly #laid: LaidOut<Quantity>;

  constructor(laid: LaidOut<Quantity>, { engine, predicted, customHorizon }: SessionParts) {
    this.#laid = laid;
    this.engine = engine;
    this.predicted = predicted;
    this.customHorizon = customHorizon;
  }

  /** Derivative work of this run so far, for an initialisation counted for each task. */
  get counters(): Counts {
    return this.engine.counts;
  }

  /** What was performed on the device so far, plan by plan; none on the reference. */
  performed(): readonly PerformedPlan[] {
    return [...this.engine.performed(), ...(this.customHorizon?.performed() ?? [])];
  }

  destroy(): void {
    this.customHorizon?.destroy();
    this.engine.destroy();
  }

  /** Does work, with what it took. */
  protected async effortOf(
    work: () => Promise<{ readonly wallMs: number; readonly dispatches: number }>,
  ): Promise<Effort> {
    const engine = this.engine;
    const laid = this.#laid;
    const before = engine.counts;
    clearCurvature(engine, laid.curvature);
    const { wallMs, dispatches } = await work();
    const nonPositiveCurvature = await readCurvature(engine, laid.curvature);
    return {
      wallMs,
      dispatches,
      counts: subtractCounts(engine.counts, before),
      ...(nonPositiveCurvature === undefined ? {} : { nonPositiveCurvature }),
    };
  }

  /** The first quantity that is not made of finite numbers. */
  protected firstNotFinite(): Promise<Quantity | undefined> {
    return firstNotFinite(this.engine, this.#laid.health);
  }
}
