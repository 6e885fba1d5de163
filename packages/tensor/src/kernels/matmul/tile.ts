/**
 * @file Tiles in registers, without workgroup memory: every lane keeps `tile` lines of the broadcast operand × 4 of the vector
 * operand, which are its own.
 *
 * In the `shared` variants a subgroup loads the broadcast operand together. llvmpipe pays for every loaded element, whatever its
 * address, and next to nothing for a broadcast: 31 GFLOP per CPU second at 512³. In the `registers` variants every lane loads all of the
 * broadcast operand's lines itself: no subgroups needed, and on graphics processors, whose caches serve equal addresses at once,
 * good for products with few rows or columns.
 */
import type {
  ContractFunction,
  EmittedKernel,
  KernelAdapter,
  KernelVariant,
  MatmulProblem,
} from '../contraction.ts';
import { fillFrame, numberedBySubgroup } from '../frame.ts';
import { gridLimit, lanesLimit, subgroupLanes } from '../launch.ts';
import { shareFunction } from '../share.ts';
import { readWgsl } from '../source.ts';
import { type StoreName, type TileShape, tileNanoseconds } from './cost.ts';
import { multiplyText, nextLineText } from './multiply.ts';
import { type Lines, type LoadAxis, linesOf, loadAxis, problemConstants } from './problem.ts';

const body = [
  readWgsl(new URL('./opaque-zero.wgsl', import.meta.url)),
  readWgsl(new URL('./tile.wgsl', import.meta.url)),
].join('\n');
const sharedBody = numberedBySubgroup(body);
const broadcastLoads: Readonly<Record<LoadAxis, string>> = {
  along: readWgsl(new URL('./broadcast-along.wgsl', import.meta.url)),
  across: readWgsl(new URL('./broadcast-across.wgsl', import.meta.url)),
  single: readWgsl(new URL('./broadcast-single.wgsl', import.meta.url)),
};
const vectorLoads: Readonly<Record<LoadAxis, string>> = {
  along: readWgsl(new URL('./vector-along.wgsl', import.meta.url)),
  across: readWgsl(new URL('./vector-across.wgsl', import.meta.url)),
  single: readWgsl(new URL('./vector-single.wgsl', import.meta.url)),
};
const stores: Readonly<Record<StoreName, string>> = {
  vector: readWgsl(new URL('./store-vector.wgsl', import.meta.url)),
  columns: readWgsl(new URL('./store-columns.wgsl', import.meta.url)),
  rows: readWgsl(new URL('./store-rows.wgsl', import.meta.url)),
};

interface TileOptions {
  /** The operand whose lines lie side by side over the lanes: `b` for columns, `a` for rows. */
  readonly vector: 'a' | 'b';
  readonly shared: boolean;
  /** Most lines of the broadcast operand in one tile. */
  readonly largest: number;
  /** Invocations of a workgroup; what the adapter's profile says where left out. */
  readonly lanes?: number;
  /** Whether loads stay in loops; by the size of the product where left out. */
  readonly rolled?: boolean;
  /** Vectors of four lines that a lane has of the vector operand; 1 if absent. Several take products of whole tiles only. */
  readonly quads?: number;
}

/**
 * Products below this many multiplications load in loops that stay loops: a quarter less to compile, a tenth slower to run
 * (llvmpipe: 230 → 165 ms, 23.5 → 21.5 GFLOP per CPU second for 256³ with b transposed).
 */
const rolledBelow = 2 ** 20;

/** Multiplications from which a tile of several vectors a lane is worth it unmeasured: it takes three times as long to compile. */
const severalFrom = 2 ** 24;

function shapeOf(problem: MatmulProblem, adapter: KernelAdapter, options: TileOptions): TileShape {
  const vector = linesOf(problem, options.vector);
  const broadcast = linesOf(problem, options.vector === 'a' ? 'b' : 'a');
  const broadcastAxis = loadAxis(broadcast, problem.k);
  // The tile that leaves the last one as full as the others; vectors across lines need a multiple of 4.
  const even = Math.ceil(broadcast.size / Math.ceil(broadcast.size / options.largest));
  const lanes = options.lanes ?? (options.shared ? subgroupLanes(adapter) : adapter.profile.threads);
  return {
    broadcast,
    vector,
    broadcastAxis,
    vectorAxis: loadAxis(vector, problem.k),
    tile: broadcastAxis === 'across' ? Math.ceil(even / 4) * 4 : even,
    quads: options.quads ?? 1,
    lanes,
    sharers: options.shared ? lanes : 1,
  };
}

function isRolled({ batch, m, n, k }: MatmulProblem, { rolled }: TileOptions): boolean {
  return rolled ?? batch * m * n * k < rolledBelow;
}

function storeOf(problem: MatmulProblem, options: TileOptions): StoreName {
  if (options.vector === 'a') return 'rows';
  return problem.n % 4 === 0 ? 'vector' : 'columns';
}

function workgroupsOf(
  { batch }: MatmulProblem,
  { broadcast, vector, tile, quads, lanes }: TileShape,
): EmittedKernel['workgroups'] {
  return [Math.ceil(vector.size / (4 * lanes * quads)), Math.ceil(broadcast.size / tile), batch];
}

function emit(problem: MatmulProblem, adapter: KernelAdapter, options: TileOptions): EmittedKernel {
  const shape = shapeOf(problem, adapter, options);
  const { broadcast, vector, broadcastAxis, vectorAxis, tile, quads, lanes, sharers } = shape;
  const store = storeOf(problem, options);
  const broadcastLoad = loadOf(broadcast, broadcastAxis);
  const vectorLoad = loadOf(vector, vectorAxis);
  const main = options.shared ? sharedBody : body;
  const names = [
    `fn broadcast_batch(batch: u32) -> u32 { return ${broadcast.operand}_batch(batch); }`,
    `fn vector_batch(batch: u32) -> u32 { return ${vector.operand}_batch(batch); }`,
    loadName('broadcast', broadcastLoad),
    loadName('vector', vectorLoad),
    shareFunction('f32', lanes, sharers),
  ];
  return {
    wgsl: [
      names.join('\n'),
      broadcastLoads[broadcastAxis],
      vectorLoads[vectorAxis],
      stores[store],
      fillFrame(main, {
        multiply: multiplyText(tile, quads, sharers),
        'next line': nextLineText(tile, quads),
      }),
    ].join('\n'),
    constants: {
      ...problemConstants(problem),
      BROADCAST_SIZE: broadcast.size,
      BROADCAST_STRIDE: broadcast.stride,
      BROADCAST_K_STRIDE: broadcast.kStride,
      VECTOR_SIZE: vector.size,
      VECTOR_STRIDE: vector.stride,
      VECTOR_K_STRIDE: vector.kStride,
      ROLLED: isRolled(problem, options) ? 1 : 0,
    },
    sizes: { TILE: tile, QUADS: quads, LANES: lanes, SHARERS: sharers },
    uses: [broadcastLoad, vectorLoad, store === 'vector' ? 'store4' : 'store'],
    enables: options.shared ? ['subgroups'] : [],
    workgroups: workgroupsOf(problem, shape),
  };
}

function loadOf(lines: Lines, axis: LoadAxis): ContractFunction {
  return axis === 'single' ? `load_${lines.operand}` : `load4_${lines.operand}`;
}

function loadName(role: 'broadcast' | 'vector', load: ContractFunction): string {
  return load.startsWith('load4')
    ? `fn ${role}_load4(index: u32) -> vec4<f32> { return ${load}(index); }`
    : `fn ${role}_load(index: u32) -> f32 { return ${load}(index); }`;
}

function whyNotSeveral({ vector, vectorAxis, quads, lanes }: TileShape): string | undefined {
  if (vectorAxis !== 'across') return 'needs four neighbouring lines side by side in memory';
  return vector.size % (4 * quads * lanes) === 0
    ? undefined
    : `needs lines in whole tiles of ${4 * quads * lanes}`;
}

export function tileVariant(options: TileOptions): KernelVariant<MatmulProblem> {
  const side = options.vector === 'a' ? 'rows' : 'columns';
  const other = options.vector === 'a' ? 'columns' : 'rows';
  const quads = options.quads ?? 1;
  const how = options.shared ? 'a subgroup loads them together' : 'every lane loads them';
  return {
    name: [
      options.shared ? 'shared' : 'registers',
      side,
      quads === 1 ? options.largest : `${options.largest}x${quads}`,
      ...(options.lanes === undefined ? [] : [`lanes${options.lanes}`]),
      ...(options.rolled === undefined ? [] : [options.rolled ? 'rolled' : 'unrolled']),
    ].join('-'),
    doc: `Each lane has ${4 * quads} ${side} of its own and up to ${options.largest} common ${other}; ${how}.`,
    prerequisites: (problem, adapter) => {
      if (options.shared && subgroupLanes(adapter) === 0) return 'needs subgroups of at least 4 invocations';
      const tooMany = lanesLimit(options.lanes, options.shared, adapter);
      if (tooMany !== undefined) return tooMany;
      if (options.shared && !adapter.profile.subgroupWorkgroups)
        return 'has workgroups too small for a graphics processor';
      if (problem.k === 0) return 'has nothing to add (K = 0)';
      if (problem.batch * problem.m * problem.n === 0) return 'has no results';
      const shape = shapeOf(problem, adapter, options);
      return (
        (quads === 1 ? undefined : whyNotSeveral(shape)) ?? gridLimit(workgroupsOf(problem, shape), adapter)
      );
    },
    score: (problem, adapter) => {
      const { batch, m, n, k } = problem;
      if (quads > 1 && batch * m * n * k < severalFrom) return 0;
      return (
        1e9 / tileNanoseconds(problem, shapeOf(problem, adapter, options), storeOf(problem, options), adapter)
      );
    },
    emit: (problem, adapter) => emit(problem, adapter, options),
  };
}
