/**
 * @file Tiles in registers, without workgroup memory: every lane keeps `tile` narrow lines × 4 lines of its own.
 *
 * In the `shared` variants a subgroup loads the narrow operand together and broadcasts it. llvmpipe pays for every loaded
 * element, whatever its address, and next to nothing for a broadcast: 31 GFLOP per CPU second at 512³. In the `registers`
 * variants every lane loads all narrow lines itself: no subgroups needed, and on graphics processors, whose caches serve
 * equal addresses at once, good for products with few rows or columns.
 */
import type {
  ContractFunction,
  EmittedKernel,
  KernelAdapter,
  KernelVariant,
  MatmulProblem,
} from '../contraction.ts';
import { numberedBySubgroup } from '../frame.ts';
import { gridLimit, subgroupLanes } from '../launch.ts';
import { readWgsl } from '../source.ts';
import { type StoreName, type TileShape, tileNanoseconds } from './cost.ts';
import { type Lines, linesOf, problemConstants, type VectorAxis, vectorAxis } from './problem.ts';

const body = [
  readWgsl(new URL('./opaque-zero.wgsl', import.meta.url)),
  readWgsl(new URL('./tile.wgsl', import.meta.url)),
].join('\n');
const sharedBody = numberedBySubgroup(body);
const narrowLoads: Readonly<Record<VectorAxis, string>> = {
  along: readWgsl(new URL('./narrow-along.wgsl', import.meta.url)),
  across: readWgsl(new URL('./narrow-across.wgsl', import.meta.url)),
  single: readWgsl(new URL('./narrow-single.wgsl', import.meta.url)),
};
const wideLoads: Readonly<Record<VectorAxis, string>> = {
  along: readWgsl(new URL('./wide-along.wgsl', import.meta.url)),
  across: readWgsl(new URL('./wide-across.wgsl', import.meta.url)),
  single: readWgsl(new URL('./wide-single.wgsl', import.meta.url)),
};
const stores: Readonly<Record<StoreName, string>> = {
  vector: readWgsl(new URL('./store-vector.wgsl', import.meta.url)),
  columns: readWgsl(new URL('./store-columns.wgsl', import.meta.url)),
  rows: readWgsl(new URL('./store-rows.wgsl', import.meta.url)),
};

interface TileOptions {
  /** The operand whose lines lie side by side over the lanes: `b` for columns, `a` for rows. */
  readonly wide: 'a' | 'b';
  readonly shared: boolean;
  /** Most narrow lines of one tile. */
  readonly largest: number;
}

/**
 * Products below this many multiplications load in loops that stay loops: a quarter less to compile, a tenth slower to run
 * (llvmpipe: 230 → 165 ms, 23.5 → 21.5 GFLOP per CPU second for 256³ with b transposed).
 */
const rolledBelow = 2 ** 20;

function shapeOf(problem: MatmulProblem, adapter: KernelAdapter, options: TileOptions): TileShape {
  const wide = linesOf(problem, options.wide);
  const narrow = linesOf(problem, options.wide === 'a' ? 'b' : 'a');
  const narrowAxis = vectorAxis(narrow, problem.k);
  // The tile that leaves the last one as full as the others; vectors across lines need a multiple of 4.
  const even = Math.ceil(narrow.size / Math.ceil(narrow.size / options.largest));
  const lanes = options.shared ? subgroupLanes(adapter) : adapter.profile.threads;
  return {
    narrow,
    wide,
    narrowAxis,
    wideAxis: vectorAxis(wide, problem.k),
    tile: narrowAxis === 'across' ? Math.ceil(even / 4) * 4 : even,
    lanes,
    sharers: options.shared ? lanes : 1,
  };
}

function storeOf(problem: MatmulProblem, options: TileOptions): StoreName {
  if (options.wide === 'a') return 'rows';
  return problem.n % 4 === 0 ? 'vector' : 'columns';
}

function workgroupsOf(
  { batch }: MatmulProblem,
  { narrow, wide, tile, lanes }: TileShape,
): EmittedKernel['workgroups'] {
  return [Math.ceil(wide.size / (4 * lanes)), Math.ceil(narrow.size / tile), batch];
}

function emit(problem: MatmulProblem, adapter: KernelAdapter, options: TileOptions): EmittedKernel {
  const shape = shapeOf(problem, adapter, options);
  const { narrow, wide, narrowAxis, wideAxis, tile, lanes, sharers } = shape;
  const store = storeOf(problem, options);
  const narrowLoad = loadOf(narrow, narrowAxis);
  const wideLoad = loadOf(wide, wideAxis);
  const main = options.shared ? sharedBody : body;
  const names = [
    `fn narrow_batch(batch: u32) -> u32 { return ${narrow.operand}_batch(batch); }`,
    `fn wide_batch(batch: u32) -> u32 { return ${wide.operand}_batch(batch); }`,
    loadName('narrow', narrowLoad),
    loadName('wide', wideLoad),
    `fn share(value: f32, lane: u32) -> f32 { return ${options.shared ? 'subgroupShuffle(value, lane)' : 'value'}; }`,
  ];
  return {
    wgsl: [names.join('\n'), narrowLoads[narrowAxis], wideLoads[wideAxis], stores[store], main].join('\n'),
    constants: {
      ...problemConstants(problem),
      NARROW_SIZE: narrow.size,
      NARROW_STRIDE: narrow.stride,
      NARROW_K_STRIDE: narrow.kStride,
      WIDE_SIZE: wide.size,
      WIDE_STRIDE: wide.stride,
      WIDE_K_STRIDE: wide.kStride,
      ROLLED: problem.batch * problem.m * problem.n * problem.k < rolledBelow ? 1 : 0,
    },
    sizes: { TILE: tile, LANES: lanes, SHARERS: sharers },
    uses: [narrowLoad, wideLoad, store === 'vector' ? 'store4' : 'store'],
    enables: options.shared ? ['subgroups'] : [],
    workgroups: workgroupsOf(problem, shape),
  };
}

function loadOf(lines: Lines, axis: VectorAxis): ContractFunction {
  return axis === 'single' ? `load_${lines.operand}` : `load4_${lines.operand}`;
}

function loadName(role: 'narrow' | 'wide', load: ContractFunction): string {
  return load.startsWith('load4')
    ? `fn ${role}_load4(index: u32) -> vec4<f32> { return ${load}(index); }`
    : `fn ${role}_load(index: u32) -> f32 { return ${load}(index); }`;
}

export function tileVariant(options: TileOptions): KernelVariant<MatmulProblem> {
  const side = options.wide === 'a' ? 'rows' : 'columns';
  const other = options.wide === 'a' ? 'columns' : 'rows';
  const how = options.shared ? 'a subgroup loads them together' : 'every lane loads them';
  return {
    name: `${options.shared ? 'shared' : 'registers'}-${side}-${options.largest}`,
    doc: `Each lane has 4 ${side} of its own and up to ${options.largest} common ${other}; ${how}.`,
    prerequisites: (problem, adapter) => {
      if (options.shared && subgroupLanes(adapter) === 0) return 'needs subgroups of at least 4 invocations';
      if (options.shared && !adapter.profile.subgroupWorkgroups)
        return 'has workgroups too small for a graphics processor';
      if (problem.k === 0) return 'has nothing to add (K = 0)';
      if (problem.batch * problem.m * problem.n === 0) return 'has no results';
      return gridLimit(workgroupsOf(problem, shapeOf(problem, adapter, options)), adapter);
    },
    score: (problem, adapter) =>
      1e9 / tileNanoseconds(problem, shapeOf(problem, adapter, options), storeOf(problem, options), adapter),
    emit: (problem, adapter) => emit(problem, adapter, options),
  };
}
