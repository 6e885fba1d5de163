/**
 * @file The kernels for graphics processors: tiles of both operands in workgroup memory, registers in front of it. 4 × 4
 * results an invocation is the safe centre, 8 × 8 pays where there are many tiles.
 */
import type {
  ContractFunction,
  EmittedKernel,
  KernelAdapter,
  KernelVariant,
  MatmulProblem,
} from '../contraction.ts';
import { gridLimit } from '../launch.ts';
import { readWgsl } from '../source.ts';
import { workgroupNanoseconds } from './cost.ts';
import { type Lines, type LoadAxis, linesOf, loadAxis, problemConstants } from './problem.ts';

const body = [
  readWgsl(new URL('./opaque-zero.wgsl', import.meta.url)),
  readWgsl(new URL('./workgroup.wgsl', import.meta.url)),
].join('\n');
const blocks: Readonly<Record<LoadAxis, string>> = {
  along: readWgsl(new URL('./block-along.wgsl', import.meta.url)),
  across: readWgsl(new URL('./block-across.wgsl', import.meta.url)),
  single: readWgsl(new URL('./block-single.wgsl', import.meta.url)),
};
const storeVector = readWgsl(new URL('./store-vector.wgsl', import.meta.url));
const storeColumns = readWgsl(new URL('./store-columns.wgsl', import.meta.url));

interface WorkgroupOptions {
  /** Groups of four rows, and of four columns, that one invocation keeps. */
  readonly quads: number;
  /** Steps of k that are written out; what the adapter's profile says where left out. */
  readonly unroll?: number;
}

function emit(
  problem: MatmulProblem,
  { quads, unroll }: WorkgroupOptions,
  adapter: KernelAdapter,
): EmittedKernel {
  const a = linesOf(problem, 'a');
  const b = linesOf(problem, 'b');
  const aAxis = loadAxis(a, problem.k);
  const bAxis = loadAxis(b, problem.k);
  const vector = problem.n % 4 === 0;
  const store = vector ? storeVector : storeColumns;
  return {
    wgsl: [blockOf(a, aAxis), blockOf(b, bAxis), store, body].join('\n'),
    constants: {
      ...problemConstants(problem),
      A_SIZE: a.size,
      A_STRIDE: a.stride,
      A_K_STRIDE: a.kStride,
      B_SIZE: b.size,
      B_STRIDE: b.stride,
      B_K_STRIDE: b.kStride,
      VECTOR_SIZE: problem.n,
    },
    sizes: {
      ROW_QUADS: quads,
      COLUMN_QUADS: quads,
      // Steps of k that are written out; each costs llvmpipe 30 ms to compile.
      UNROLL: unroll ?? adapter.profile.unroll,
    },
    uses: [loadOf(a, aAxis), loadOf(b, bAxis), vector ? 'store4' : 'store'],
    workgroups: [Math.ceil(problem.n / (32 * quads)), Math.ceil(problem.m / (32 * quads)), problem.batch],
  };
}

/** The loading text for one operand: its names are written `side` and `SIDE`. */
function blockOf(lines: Lines, axis: LoadAxis): string {
  return blocks[axis].replaceAll('side', lines.operand).replaceAll('SIDE', lines.operand.toUpperCase());
}

function loadOf(lines: Lines, axis: LoadAxis): ContractFunction {
  return axis === 'single' ? `load_${lines.operand}` : `load4_${lines.operand}`;
}

export function workgroupVariant(options: WorkgroupOptions): KernelVariant<MatmulProblem> {
  const { quads, unroll } = options;
  return {
    name: `workgroup-${quads * 4}x${quads * 4}${unroll === undefined ? '' : `-unroll${unroll}`}`,
    doc: `64 invocations, ${quads * 4} × ${quads * 4} results each, tiles of both operands in workgroup memory.`,
    prerequisites: (problem, adapter) => {
      if (problem.k === 0) return 'has nothing to add (K = 0)';
      if (problem.batch * problem.m * problem.n === 0) return 'has no results';
      const bytes = 2 * 16 * 32 * quads * 4;
      const { maxComputeWorkgroupStorageSize } = adapter.limits;
      if (bytes > maxComputeWorkgroupStorageSize)
        return `needs ${bytes} bytes of workgroup memory; this adapter has ${maxComputeWorkgroupStorageSize}`;
      return gridLimit(emit(problem, options, adapter).workgroups, adapter);
    },
    score: (problem, adapter) => 1e9 / workgroupNanoseconds(problem, quads, adapter),
    emit: (problem, adapter) => emit(problem, options, adapter),
  };
}
