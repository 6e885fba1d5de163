/** @file Forward convolution and input gradient: one body, several tile shapes, with and without subgroups. */
import type { Conv2dProblem, EmittedKernel, KernelAdapter, KernelVariant } from '../../contraction.ts';
import { parallelTime } from '../../cost.ts';
import { numberedBySubgroup } from '../../frame.ts';
import { gridLimit, lanesLimit } from '../../launch.ts';
import { shareFunction } from '../../share.ts';
import { readWgsl } from '../../source.ts';
import { compileMilliseconds, serialTime, software } from '../cost.ts';
import { emptyProblem, longSum, matrixView, shapeConstants, workgroupLanes } from '../problem.ts';

const body = readWgsl(new URL('./patch.wgsl', import.meta.url));
const sharedBody = numberedBySubgroup(body);
const step = readWgsl(new URL('./step.wgsl', import.meta.url));
const views = {
  forward: readWgsl(new URL('./forward.wgsl', import.meta.url)),
  inputGradient: readWgsl(new URL('./input-gradient.wgsl', import.meta.url)),
};
const operandFiles = {
  forwardVector: readWgsl(new URL('./operands.forward.vector.wgsl', import.meta.url)),
  forwardImage: readWgsl(new URL('./operands.forward.image.wgsl', import.meta.url)),
  inputGradientVector: readWgsl(new URL('./operands.input-gradient.vector.wgsl', import.meta.url)),
  scalar: readWgsl(new URL('./operands.scalar.wgsl', import.meta.url)),
};
const stores = {
  vector: readWgsl(new URL('../common/store.vector.wgsl', import.meta.url)),
  scalar: readWgsl(new URL('../common/store.scalar.wgsl', import.meta.url)),
};

export interface PatchTile {
  /** Pixels that one lane loads. */
  readonly pixels: number;
  /** Lanes side by side along columns, four columns each; 1 needs no subgroups. */
  readonly columnLanes: number;
  /** Invocations of a workgroup; see {@link workgroupLanes} where left out. */
  readonly lanes?: number;
}

type PatchKind = 'forward' | 'inputGradient';

/** How the operands may be read: four channels of both at a time, of the filter only, or element by element. */
function operandsOf(problem: Conv2dProblem): keyof typeof operandFiles {
  if (!problem.bAligned || problem.outChannels % 4 !== 0) return 'scalar';
  if (problem.kind === 'inputGradient') return problem.aAligned ? 'inputGradientVector' : 'scalar';
  return problem.aAligned && problem.inChannels % 4 === 0 ? 'forwardVector' : 'forwardImage';
}

/** Channels whose products are added up before they join a sum. */
function channelsOfStep(problem: Conv2dProblem): 1 | 4 {
  const operands = operandsOf(problem);
  return operands === 'scalar' || operands === 'forwardImage' ? 1 : 4;
}

function lanesOf(tile: PatchTile, adapter: KernelAdapter): number {
  return tile.lanes ?? workgroupLanes(adapter, tile.columnLanes > 1);
}

/** Pixels that use the same taps, and how many such sets there are. */
function phasesOf(problem: Conv2dProblem): { phases: number; pixels: number } {
  const [strideY, strideX] = problem.stride;
  if (problem.kind === 'forward') return { phases: 1, pixels: matrixView(problem).rows };
  return {
    phases: strideY * strideX,
    pixels: problem.images * Math.ceil(problem.height / strideY) * Math.ceil(problem.width / strideX),
  };
}

const modulo = (value: number, divisor: number): number => ((value % divisor) + divisor) % divisor;

function workgroupsOf(
  problem: Conv2dProblem,
  adapter: KernelAdapter,
  tile: PatchTile,
): EmittedKernel['workgroups'] {
  const { phases, pixels } = phasesOf(problem);
  return [
    phases * Math.ceil(pixels / (lanesOf(tile, adapter) * tile.pixels)),
    Math.ceil(matrixView(problem).columns / (4 * tile.columnLanes)),
    problem.tasks,
  ];
}

function emit(problem: Conv2dProblem, adapter: KernelAdapter, tile: PatchTile): EmittedKernel {
  const lanes = lanesOf(tile, adapter);
  const operands = operandsOf(problem);
  const { columns } = matrixView(problem);
  const store = columns % 4 === 0 ? 'vector' : 'scalar';
  const forward = problem.kind === 'forward';
  const shared = tile.columnLanes > 1;
  return {
    wgsl: [
      views[problem.kind as PatchKind],
      operandFiles[operands],
      stores[store],
      shareFunction('Patch', lanes, tile.columnLanes),
      shared ? sharedBody : body,
      step,
    ].join('\n'),
    constants: {
      ...shapeConstants(problem),
      FIRST_TAP_Y: modulo(problem.padTop, problem.stride[0]),
      FIRST_TAP_X: modulo(problem.padLeft, problem.stride[1]),
      FILTER_ROW: forward ? problem.outChannels : 1,
      FILTER_COLUMN: forward ? 1 : problem.outChannels,
    },
    sizes: {
      STEP: channelsOfStep(problem),
      LANES: lanes,
      PIXELS_PER_LANE: tile.pixels,
      COLUMN_LANES: tile.columnLanes,
    },
    uses: [
      operands === 'scalar' || operands === 'forwardImage' ? 'load_a' : 'load4_a',
      operands === 'scalar' ? 'load_b' : 'load4_b',
      store === 'vector' ? 'store4' : 'store',
    ],
    enables: shared ? ['subgroups'] : [],
    workgroups: workgroupsOf(problem, adapter, tile),
  };
}

function nanoseconds(problem: Conv2dProblem, adapter: KernelAdapter, tile: PatchTile): number {
  const lanes = lanesOf(tile, adapter);
  const groups = workgroupsOf(problem, adapter, tile).reduce((product, count) => product * count, 1);
  const operands = operandsOf(problem);
  const sums = tile.pixels * tile.columnLanes;
  const channelsEach = channelsOfStep(problem);
  const channels = problem.kind === 'forward' ? problem.inChannels : problem.outChannels;
  // Of the input gradient's taps, each phase uses its share.
  const taps = (problem.filterHeight * problem.filterWidth) / phasesOf(problem).phases;
  const steps = taps * Math.ceil(channels / channelsEach);
  const loads4 = channelsEach === 4 ? 4 + tile.pixels : operands === 'forwardImage' ? 1 : 0;
  const loads1 = (channelsEach === 1 ? tile.pixels : 0) + (operands === 'scalar' ? 4 : 0);
  const multiplyAdds = sums * channelsEach * 4;
  const { cost } = adapter.profile;
  if (cost.kind === 'parallel') {
    return parallelTime(cost, steps * (multiplyAdds + 4 * loads4 + 4 * loads1), groups, lanes);
  }
  const perStep = (4 * loads4 + loads1) * software.element + multiplyAdds * software.multiplyAdd;
  const perStore = matrixView(problem).columns % 4 === 0 ? software.store4 : software.store1;
  const usual = tile.pixels === 4 && tile.columnLanes === 8;
  return (
    (usual ? 1 : software.anotherModule) *
    serialTime(
      cost,
      groups,
      (lanes / 8) * (steps * perStep + sums * perStore),
      compileMilliseconds(loads4, loads1, multiplyAdds),
    )
  );
}

export function patchVariant(tile: PatchTile): KernelVariant<Conv2dProblem> {
  const shared = tile.columnLanes > 1;
  return {
    name: `patch-${tile.pixels}x${4 * tile.columnLanes}${tile.lanes === undefined ? '' : `-lanes${tile.lanes}`}`,
    doc: shared
      ? `A subgroup loads ${tile.pixels} pixels a lane and ${4 * tile.columnLanes} columns once, and shares them by shuffles.`
      : `Each lane loads ${tile.pixels} pixels and 4 columns for itself and keeps their products in registers.`,
    prerequisites: (problem, adapter) => {
      if (problem.kind === 'filterGradient')
        return 'computes the forward convolution and the input gradient only';
      const { depth } = matrixView(problem);
      if (depth > longSum)
        return `needs sums of at most ${longSum} products, which it adds one by one; these have ${depth}`;
      if (lanesOf(tile, adapter) < tile.columnLanes || lanesOf(tile, adapter) === 0) {
        return `needs subgroups of at least ${Math.max(4, tile.columnLanes)} invocations`;
      }
      return (
        lanesLimit(tile.lanes, shared, adapter) ??
        emptyProblem(problem) ??
        gridLimit(workgroupsOf(problem, adapter, tile), adapter)
      );
    },
    score: (problem, adapter) => 1e9 / nanoseconds(problem, adapter, tile),
    emit: (problem, adapter) => emit(problem, adapter, tile),
  };
}
