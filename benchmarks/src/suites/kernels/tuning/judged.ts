/** @file The judge on a kernel that a search found: at small shapes with an edge each in every way, and at its own problem with fresh inputs. */
import type { Device } from '@longhorizon/tensor';
import { kernelFamilies } from '@longhorizon/tensor/compiler';
import {
  judgedShapes,
  judgeVariant,
  type KernelTask,
  kernelAdapterOf,
  parseShape,
} from '@longhorizon/tensor/kernels';
import type { ProblemBench } from './bench.ts';
import type { Candidate } from './candidates.ts';

/** What was found of each kernel at small shapes, by its name and what it computes: a search of many problems comes to the same few kernels. */
const atSmallShapes = new WeakMap<Device, Map<string, Promise<string | undefined>>>();

/** `forward` and the like, of convolutions. */
const kindOf = ({ problem }: KernelTask): string => ('kind' in problem ? problem.kind : '');

/**
 * What the judge says against a candidate's kernel. It judges hand-written ones: those of the other families are the compiler's own, of which every element
 * was compared with float64 when they were made ready.
 *
 * @param seed of the judge's inputs; new for each search
 * @returns a sentence; undefined where nothing was found
 */
export async function judgedFault(
  { device, problem }: Pick<ProblemBench, 'device' | 'problem'>,
  { configuration, keys, name }: Candidate,
  seed: number,
): Promise<string | undefined> {
  const { family } = problem;
  if (family === 'pointwise' || family === 'reduction') return undefined;
  const { SPLIT: _split, ...own } = configuration;
  const variant = kernelFamilies[family].variantOf(own);
  const judge = async (tasks: readonly KernelTask[], everyWay: boolean): Promise<string | undefined> => {
    const { fault } = await judgeVariant(device, variant as never, tasks, { seed, everyWay });
    return fault === undefined ? undefined : `${name}: ${fault} (inputs of seed ${seed}).`;
  };
  const tasks = keys.flatMap((key) => parseShape(family, key) ?? []);
  const kind = kindOf(tasks[0]!);
  const known = atSmallShapes.get(device) ?? new Map<string, Promise<string | undefined>>();
  atSmallShapes.set(device, known);
  const place = `${family} ${kind} ${variant.name}`;
  const adapter = kernelAdapterOf(device);
  const small = judgedShapes[family](seed).filter(
    (task) => kindOf(task) === kind && variant.prerequisites(task.problem as never, adapter) === undefined,
  );
  // A kernel for large problems alone is looked at in every way at its own.
  if (small.length === 0) return judge(tasks, true);
  const found = known.get(place) ?? judge(small, true);
  known.set(place, found);
  return (await found) ?? judge(tasks, false);
}
