/**
 * @file Estimated nanoseconds of one dispatch, from which the variants' scores follow. Only the order of the estimates for one
 * problem matters.
 *
 * Software adapters: fitted to llvmpipe on 2 cores of a 3 GHz server processor, November 2026 (`kernels/study/matmul.ts`).
 * The work is counted per workgroup: elements loaded, one by one, and vectors multiplied and added.
 * Graphics processors: no measurement yet; tiles are compared by how many there are to fill the machine with, and by the
 * loads per multiplication, so that shapes decide in the way the literature agrees on.
 */
import type { KernelAdapter, MatmulProblem } from '../contraction.ts';
import type { TileShape } from './tile.ts';

const software = {
  /** One element of a storage buffer, as part of a vector and alone. */
  vectorElement: 0.36,
  singleElement: 0.5,
  /** One vec4 multiply-add of 8 lanes. */
  multiplyAdd: 0.24,
  /** One result through an epilogue. */
  result: 0.8,
  /** One workgroup, and one turn of the loop over k. */
  workgroup: 500,
  turn: 4,
  /** Workgroups that run at a time. */
  parallel: 2,
} as const;

/** Workgroups of 64 invocations below which a graphics processor is not full. */
const fullMachine = 256;

export function tileNanoseconds(problem: MatmulProblem, shape: TileShape, adapter: KernelAdapter): number {
  const { tile, lanes, sharers } = shape;
  const width = lanes * 4;
  const across = Math.ceil(shape.wide.size / width);
  const groups = across * Math.ceil(shape.narrow.size / tile) * problem.batch;
  // Lanes without lines load nothing, so the last workgroup is cheaper; take the mean.
  const loadedWidth = Math.min(width, (Math.ceil(shape.wide.size / 4) * 4) / across);
  const narrowElements = tile * (lanes / sharers);
  if (!adapter.isSoftware) {
    // Per k: a common load is served at once by the cache, so it counts as one; loads and sums in one unit.
    const perK = tile + width / 16 + (tile * width) / 64;
    return (groups * problem.k * perK) / Math.min(1, (groups * lanes) / 64 / fullMachine) / fullMachine;
  }
  const price = (axis: string) => (axis === 'single' ? software.singleElement : software.vectorElement);
  const perK =
    narrowElements * price(shape.narrowAxis) +
    loadedWidth * price(shape.wideAxis) +
    tile * software.multiplyAdd * (lanes / 8) +
    software.turn / 2;
  const perGroup = software.workgroup + tile * loadedWidth * software.result + problem.k * perK;
  return Math.ceil(groups / software.parallel) * perGroup;
}

export function workgroupNanoseconds(problem: MatmulProblem, quads: number, adapter: KernelAdapter): number {
  const side = 32 * quads;
  const groups = Math.ceil(problem.m / side) * Math.ceil(problem.n / side) * problem.batch;
  if (!adapter.isSoftware) {
    const perK = (2 * side) / 16 + (side * side) / 64;
    return (groups * problem.k * perK) / Math.min(1, groups / fullMachine) / fullMachine;
  }
  // Workgroup memory is loaded element by element too, and barriers switch between 8 vectors of invocations.
  const perK = 8 * 8 * quads * 8 * software.vectorElement + 8 * quads * quads * 4 * software.multiplyAdd;
  return (
    Math.ceil(groups / software.parallel) *
    (software.workgroup * 8 + side * side * software.result + Math.ceil(problem.k / 16) * 16 * perK)
  );
}

export function naiveNanoseconds(problem: MatmulProblem, adapter: KernelAdapter): number {
  const results = problem.batch * problem.m * problem.n;
  const groups = Math.ceil(results / 64);
  if (!adapter.isSoftware) {
    return (groups * problem.k * 128) / Math.min(1, groups / fullMachine) / fullMachine;
  }
  const perGroup =
    software.workgroup +
    64 * software.result +
    problem.k * 64 * 2 * software.singleElement +
    problem.k * software.turn * 8;
  return Math.ceil(groups / software.parallel) * perGroup;
}
