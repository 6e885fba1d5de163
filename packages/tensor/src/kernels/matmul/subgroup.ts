/**
 * @file Tiles that a subgroup loads together and shares by broadcasting. llvmpipe pays for every loaded element, whatever
 * its address, and next to nothing for a broadcast: 45 GFLOP/s at 512³, where register tiles without subgroups have 30
 * (2 cores, Mesa 25.0.7).
 */
import type {
  ContractFunction,
  EmittedKernel,
  KernelAdapter,
  KernelVariant,
  MatmulProblem,
} from '../contraction.ts';
import { readWgsl } from '../source.ts';
import { gridLimit, type Lines, linesOf, problemConstants, vectorAxis } from './problem.ts';

const body = readWgsl(new URL('./subgroup.wgsl', import.meta.url));
const narrowLoads = {
  along: readWgsl(new URL('./narrow-along.wgsl', import.meta.url)),
  across: readWgsl(new URL('./narrow-across.wgsl', import.meta.url)),
  single: readWgsl(new URL('./narrow-single.wgsl', import.meta.url)),
};
const wideLoads = {
  along: readWgsl(new URL('./wide-along.wgsl', import.meta.url)),
  across: readWgsl(new URL('./wide-across.wgsl', import.meta.url)),
  single: readWgsl(new URL('./wide-single.wgsl', import.meta.url)),
};
const puts = {
  vector: readWgsl(new URL('./put-vector.wgsl', import.meta.url)),
  columns: readWgsl(new URL('./put-columns.wgsl', import.meta.url)),
  rows: readWgsl(new URL('./put-rows.wgsl', import.meta.url)),
};

/** Lanes of one subgroup that is a whole workgroup, 0 where there is none. */
function lanesOf(adapter: KernelAdapter): number {
  if (!adapter.features.has('subgroups')) return 0;
  const size = adapter.subgroupMinSize ?? 0;
  return size >= 8 ? 8 : size >= 4 ? 4 : 0;
}

/**
 * The number of narrow lines in a tile: at most `largest`, and such that the last tile wastes little. Vectors across lines
 * need a multiple of 4.
 */
function tileOf(narrow: Lines, k: number, largest: number): number {
  const tiles = Math.ceil(narrow.size / largest);
  const even = Math.ceil(narrow.size / tiles);
  return vectorAxis(narrow, k) === 'across' ? Math.ceil(even / 4) * 4 : even;
}

function emit(
  problem: MatmulProblem,
  adapter: KernelAdapter,
  wideOperand: 'a' | 'b',
  largest: number,
): EmittedKernel {
  const wide = linesOf(problem, wideOperand);
  const narrow = linesOf(problem, wideOperand === 'a' ? 'b' : 'a');
  const wideAxis = vectorAxis(wide, problem.k);
  const narrowAxis = vectorAxis(narrow, problem.k);
  const put = wideOperand === 'a' ? 'rows' : problem.n % 4 === 0 ? 'vector' : 'columns';
  const lanes = lanesOf(adapter);
  const tile = tileOf(narrow, problem.k, largest);
  const load = (lines: Lines, axis: string): ContractFunction =>
    axis === 'single' ? `load_${lines.operand}` : `load4_${lines.operand}`;
  const names = [
    `fn narrow_batch(batch: u32) -> u32 { return ${narrow.operand}_batch(batch); }`,
    `fn wide_batch(batch: u32) -> u32 { return ${wide.operand}_batch(batch); }`,
    loadName('narrow', load(narrow, narrowAxis)),
    loadName('wide', load(wide, wideAxis)),
  ];
  return {
    wgsl: [names.join('\n'), narrowLoads[narrowAxis], wideLoads[wideAxis], puts[put], body].join('\n'),
    constants: {
      ...problemConstants(problem),
      NARROW_SIZE: narrow.size,
      NARROW_STRIDE: narrow.stride,
      NARROW_K_STRIDE: narrow.kStride,
      WIDE_SIZE: wide.size,
      WIDE_STRIDE: wide.stride,
      WIDE_K_STRIDE: wide.kStride,
      TILE: tile,
      LANES: lanes,
    },
    uses: [load(narrow, narrowAxis), load(wide, wideAxis), put === 'vector' ? 'store4' : 'store'],
    enables: ['subgroups'],
    workgroups: [Math.ceil(wide.size / (4 * lanes)), Math.ceil(narrow.size / tile), problem.batch],
  };
}

function loadName(role: 'narrow' | 'wide', load: ContractFunction): string {
  return load.startsWith('load4')
    ? `fn ${role}_load4(index: u32) -> vec4<f32> { return ${load}(index); }`
    : `fn ${role}_load(index: u32) -> f32 { return ${load}(index); }`;
}

/** @param wideOperand whose lines lie side by side over the lanes: `b` for columns, `a` for rows. */
export function subgroupVariant(wideOperand: 'a' | 'b', largest: number): KernelVariant<MatmulProblem> {
  const side = wideOperand === 'a' ? 'rows' : 'columns';
  return {
    name: `subgroup-${side}-${largest}`,
    doc: `A subgroup shares up to ${largest} ${wideOperand === 'a' ? 'columns' : 'rows'}; each lane has 4 ${side} of its own.`,
    prerequisites: (problem, adapter) => {
      if (lanesOf(adapter) === 0) return 'needs subgroups of at least 4 invocations';
      if (problem.k === 0) return 'has nothing to add (K = 0)';
      if (problem.batch * problem.m * problem.n === 0) return 'has no results';
      return gridLimit(emit(problem, adapter, wideOperand, largest), adapter);
    },
    score: (problem, adapter) => {
      const wide = linesOf(problem, wideOperand);
      const narrow = linesOf(problem, wideOperand === 'a' ? 'b' : 'a');
      const width = 4 * lanesOf(adapter);
      const tile = tileOf(narrow, problem.k, largest);
      const tiles = Math.ceil(wide.size / width) * Math.ceil(narrow.size / tile);
      return (20 * problem.m * problem.n) / (tiles * (tile + width + (tile * width) / 8));
    },
    emit: (problem, adapter) => emit(problem, adapter, wideOperand, largest),
  };
}
