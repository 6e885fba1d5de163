/**
 * @file Estimated nanoseconds of one dispatch, from which the variants' scores follow. Only the order of the estimates for one
 * problem matters.
 *
 * Software adapters: fitted to the CPU time of 220 kernels and shapes on llvmpipe (Mesa 25.0.7, 8 lanes, 2 cores), November
 * 2026, by timing every variant in turns; half of the estimates lie within 8 %, four fifths within 17 %. The work is
 * counted per workgroup: elements loaded one by one, vectors multiplied and added, results stored. Compiling costs more
 * than many a small product, so a share of it counts too. A number stands here only where leaving it out, or one number for two, changes
 * the kernel of a network or a pinned product.
 *
 * Graphics processors: not measured. A kernel takes as long as one invocation's instructions (a vector load counted as one
 * or two multiplications), times how often the invocations fill the machine.
 */
import type { KernelAdapter, MatmulProblem } from '../contraction.ts';
import { parallelTime, type Serial } from '../cost.ts';
import type { Lines, LoadAxis } from './problem.ts';

/** How a tile stores its results: four neighbouring columns at once, or lines that are columns or rows one by one. */
export type StoreName = 'vector' | 'columns' | 'rows';

export interface TileShape {
  readonly broadcast: Lines;
  readonly vector: Lines;
  readonly broadcastAxis: LoadAxis;
  readonly vectorAxis: LoadAxis;
  /** Lines of the broadcast operand in one tile. */
  readonly tile: number;
  /** Vectors of four lines that a lane has of the vector operand. */
  readonly quads: number;
  readonly lanes: number;
  /** Lanes that load the broadcast operand together: all of them, or each for itself. */
  readonly sharers: number;
}

/** Nanoseconds on a software adapter. */
const software = {
  /** One turn of the loop: two k. */
  turn: 6,
  /** One loaded element of the broadcast operand. */
  broadcastElement: { along: 0.45, across: 0.36, single: 0.53 },
  /** One loaded element of the vector operand: as part of a vector across lines, or else. */
  vectorElement: { across: 0.24, apart: 0.44 },
  /** One vector of 8 results multiplied and added. */
  multiplyAdd: 0.23,
  /** One result stored: with its three neighbours, or alone. */
  result: { vector: 0.25, single: 0.8 },
  /** The naive kernel: one result, and one of its products. */
  naiveResult: 8,
  naiveProduct: 1.1,
  /** Dispatches that share the cost of compiling. */
  dispatchesPerCompile: 20000,
} as const;

/** Milliseconds of compiling a tile on a software adapter: a base, and what the loads add. All naive products of a program share one module. */
const compileMs = { module: 75, line: 3, broadcastVector: 28, broadcastSingle: 9, vectorApart: 45 } as const;

export function tileNanoseconds(
  problem: MatmulProblem,
  shape: TileShape,
  store: StoreName,
  adapter: KernelAdapter,
): number {
  const { broadcast, vector, broadcastAxis, vectorAxis, tile, quads, lanes, sharers } = shape;
  const across = Math.ceil(vector.size / (4 * lanes * quads));
  const groups = across * Math.ceil(broadcast.size / tile) * problem.batch;
  const { cost } = adapter.profile;
  if (cost.kind === 'parallel')
    return parallelTime(cost, problem.k * (tile * 4 * quads + tile + 4 * quads), groups, lanes);
  const isAcross = vectorAxis === 'across';
  // Lanes without lines load nothing: the mean over the workgroups of one line of tiles.
  const vectorElements = (Math.ceil(vector.size / 4) * 4) / across;
  const perK =
    ((tile * lanes) / sharers) * software.broadcastElement[broadcastAxis] +
    vectorElements * software.vectorElement[isAcross ? 'across' : 'apart'] +
    ((tile * lanes * quads) / 2) * software.multiplyAdd +
    software.turn / 2;
  const results = (tile * vector.size) / across;
  const loads = (tile / sharers) * (broadcastAxis === 'along' ? 1 : broadcastAxis === 'across' ? 0.5 : 2);
  const compile =
    compileMs.module +
    compileMs.line * tile * quads +
    (broadcastAxis === 'single' ? compileMs.broadcastSingle : compileMs.broadcastVector) * Math.ceil(loads) +
    (isAcross ? 0 : compileMs.vectorApart);
  return serialTime(
    cost,
    groups,
    cost.workgroup + problem.k * perK + results * software.result[store === 'vector' ? 'vector' : 'single'],
    compile,
  );
}

export function workgroupNanoseconds(problem: MatmulProblem, quads: number, adapter: KernelAdapter): number {
  const side = 32 * quads;
  const groups = Math.ceil(problem.m / side) * Math.ceil(problem.n / side) * problem.batch;
  const { cost } = adapter.profile;
  // Where cores take one workgroup after another its memory is read element by element too: no shape is worth it.
  if (cost.kind === 'serial') return Number.POSITIVE_INFINITY;
  return parallelTime(cost, problem.k * (16 * quads * quads + 4 * quads), groups, 64);
}

export function naiveNanoseconds(problem: MatmulProblem, adapter: KernelAdapter): number {
  const groups = Math.ceil((problem.batch * problem.m * problem.n) / 64);
  // Each product waits for its two loads.
  const { cost } = adapter.profile;
  if (cost.kind === 'parallel') return parallelTime(cost, problem.k * 40, groups, 64);
  return serialTime(
    cost,
    groups,
    cost.workgroup + 64 * (software.naiveResult + problem.k * software.naiveProduct),
    0,
  );
}

function serialTime({ parallel }: Serial, groups: number, perGroup: number, compile: number): number {
  return Math.ceil(groups / parallel) * perGroup + (compile * 1e6) / software.dispatchesPerCompile;
}
