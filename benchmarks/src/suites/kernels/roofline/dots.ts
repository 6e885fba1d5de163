/** @file Every kernel and every dispatch of the benchmark's plans, with its time and what it has to do. */
import { owned } from '@longhorizon/harness';
import type { Device, Plan } from '@longhorizon/tensor';
import {
  choiceFor,
  issuedBytes,
  type KernelTask,
  kernelAdapterOf,
  parseShape,
} from '@longhorizon/tensor/kernels';
import {
  type Amounts,
  attainable,
  floorFault,
  type Regime,
  type Roof,
} from '../../../measurements/roof/roof.ts';
import { prepareOn } from '../peers/longhorizon.ts';
import type { Row } from '../rows.ts';

export interface Dot extends Amounts {
  /** The row of the benchmark in whose plans it is, and its number among their kernels. */
  readonly plan: string;
  readonly dispatch: number;
  /** How often the row runs it. */
  readonly runs: number;
  /** The kernel's variant, or what is fused in it. */
  readonly kernel: string;
  /** Bytes that its loads and stores ask for, where that was counted. */
  readonly issued?: number;
  readonly ms: number;
  /** Of the time of all dispatches of the row, runs counted. */
  readonly share: number;
  readonly attainableMs: number;
  readonly regime: Regime;
  /** Why the time is none. */
  readonly fault?: string;
}

/** One kernel of a plan, with its time and how often the row runs it. */
interface Timed {
  readonly kernel: Plan['program']['kernels'][number];
  readonly runs: number;
  readonly ms: number;
}

interface Whole {
  readonly roof: Roof;
  readonly row: Row;
  /** Milliseconds of all dispatches of the row. */
  readonly whole: number;
  readonly issued: number | undefined;
}

function dotOf({ kernel, runs, ms }: Timed, dispatch: number, { roof, row, whole, issued }: Whole): Dot {
  const bytes = kernel.regions.reduce((sum, { elements }) => sum + 4 * elements, 0);
  const amounts = { operations: kernel.operations, bytes };
  const fault = floorFault(roof, amounts, ms);
  const { ms: attainableMs, regime } = attainable(roof, amounts);
  return {
    ...amounts,
    plan: row.name,
    dispatch,
    runs,
    kernel: kernel.variant ?? kernel.label,
    ms,
    share: (runs * ms) / whole,
    attainableMs,
    regime,
    ...(issued === undefined || kernel.variant === undefined ? {} : { issued }),
    ...(fault === undefined ? {} : { fault }),
  };
}

/** Products above which accesses are not counted: the counting kernel takes an atomic addition for each. */
const mostCounted = 2 ** 26;

/** The bytes that the kernel of a matmul row issues. */
async function issuedOf(device: Device, { work }: Row): Promise<number | undefined> {
  if (work.kind !== 'matmul') return undefined;
  const { batch, rows, columns, inner } = work;
  if (batch * rows * columns * inner > mostCounted) return undefined;
  const task = parseShape('matmul', `${batch}x${rows},${columns},${inner}`)!;
  const { variant } = choiceFor(device, 'matmul', task);
  return issuedBytes(device, task as KernelTask, variant.emit(task.problem, kernelAdapterOf(device)));
}

/**
 * The dots of some rows, one after another.
 *
 * @param each is told of a row's dots as they are there
 */
export async function dotsOf(
  device: Device,
  rows: readonly Row[],
  roof: Roof,
  each: (row: Row, dots: readonly Dot[]) => void,
): Promise<readonly Dot[]> {
  const all: Dot[] = [];
  for (const row of rows) {
    // Its plan is that of the same network's step.
    if (row.group === 'cold-start') continue;
    using prepared = owned(await prepareOn(device, row.work));
    // Compiles, and gives every plan what it reads.
    await prepared.first();
    const issued = await issuedOf(device, row);
    const timed: Timed[] = [];
    for (const { plan, runs } of prepared.plans()) {
      const times = await plan.profile(7);
      for (const [k, kernel] of (times === undefined ? [] : plan.program.kernels).entries())
        timed.push({ kernel, runs, ms: times![k]! / 1e6 });
    }
    const whole = timed.reduce((sum, { runs, ms }) => sum + runs * ms, 0);
    const dots = timed.map((one, k) => dotOf(one, k, { roof, row, whole, issued }));
    all.push(...dots);
    each(row, dots);
  }
  return all;
}
