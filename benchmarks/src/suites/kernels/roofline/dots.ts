/** @file Every kernel and every dispatch of the benchmark's plans, with its time and what it has to do. */
import { type Device, input, Plan, type PlanRequest, type Tensor } from '@longhorizon/tensor';
import {
  choiceFor,
  issuedBytes,
  type KernelTask,
  kernelAdapterOf,
  parseShape,
} from '@longhorizon/tensor/kernels';
import { inputsOf } from '../inputs.ts';
import { networks } from '../networks.ts';
import { expressionOf } from '../peers/longhorizon.ts';
import { descend } from '../peers/longhorizon-networks.ts';
import type { Row } from '../rows.ts';
import type { NetworkName, Work } from '../work.ts';
import { type Amounts, attainable, floorFault, type Regime, type Roof } from './roof.ts';

export interface Dot extends Amounts {
  /** The row of the benchmark whose plan it is in, and its number there. */
  readonly plan: string;
  readonly dispatch: number;
  /** The kernel's variant, or what is fused in it. */
  readonly kernel: string;
  /** Bytes that its loads and stores ask for, where that was counted. */
  readonly issued?: number;
  readonly ms: number;
  /** Of its plan's time. */
  readonly share: number;
  readonly attainableMs: number;
  readonly regime: Regime;
  /** Why the time is none. */
  readonly fault?: string;
}

/** Works whose launch is one expression; the horizon and hypergradient rows repeat a few small kernels. */
const isOneExpression = (work: Work): boolean =>
  ['matmul', 'convolution', 'pointwise', 'reduction'].includes(work.kind);

interface Ready {
  readonly request: PlanRequest;
  readonly inputs: readonly (readonly [Tensor, Float32Array])[];
}

/** The graph of one run of a row; undefined for rows that are no single plan. */
function readyOf({ work }: Row): Ready | undefined {
  if (isOneExpression(work)) {
    const arrays = inputsOf(work);
    const tensors = arrays.map(({ name, shape }) => input(shape, { name }));
    return {
      request: { outputs: [expressionOf(work, tensors)] },
      inputs: tensors.map((tensor, k) => [tensor, arrays[k]!.values] as const),
    };
  }
  return work.kind === 'descent-step' ? stepOf(work.network) : undefined;
}

function stepOf(network: NetworkName): Ready {
  const { parameters } = networks[network];
  const arrays = inputsOf({ kind: 'descent-step', network });
  const tensors = arrays.map(({ name, shape }) => input(shape, { name }));
  const own = Object.fromEntries(parameters.map(({ name }, k) => [name, tensors[k]!]));
  const [x, labels] = tensors.slice(parameters.length) as [Tensor, Tensor];
  const next = descend(network, own, x, labels);
  return {
    request: {
      outputs: [],
      updates: new Map(parameters.map(({ name }) => [own[name]!, next[name]!])),
    },
    inputs: tensors.map((tensor, k) => [tensor, arrays[k]!.values] as const),
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
    const ready = readyOf(row);
    if (ready === undefined) continue;
    const plan = await Plan.make(device, ready.request);
    try {
      for (const [tensor, values] of ready.inputs) plan.inputs.get(tensor)?.write(values);
      // Compiles.
      plan.run();
      await device.idle();
      const times = await plan.profile(7);
      if (times === undefined) continue;
      const whole = times.reduce((sum, ns) => sum + ns, 0);
      const issued = await issuedOf(device, row);
      const dots = plan.program.kernels.map((kernel, k): Dot => {
        const bytes = kernel.regions.reduce((sum, { elements }) => sum + 4 * elements, 0);
        const amounts = { operations: kernel.operations, bytes };
        const ms = times[k]! / 1e6;
        const fault = floorFault(roof, amounts, ms);
        const { ms: attainableMs, regime } = attainable(roof, amounts);
        return {
          ...amounts,
          plan: row.name,
          dispatch: k,
          kernel: kernel.variant ?? kernel.label,
          ms,
          share: times[k]! / whole,
          attainableMs,
          regime,
          ...(issued === undefined || kernel.variant === undefined ? {} : { issued }),
          ...(fault === undefined ? {} : { fault }),
        };
      });
      all.push(...dots);
      each(row, dots);
    } finally {
      plan.destroy();
    }
  }
  return all;
}
