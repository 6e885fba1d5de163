/** @file How the rows of a fusion group with reductions lie on threads, and the running sums of a thread. */

import type { ReductionLowering, WgslType } from '../../graph/lowering.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { u32 } from '../../graph/wgsl-numbers.ts';
import { delinearize, type Index, plus, times, variable } from '../../indexing/index-expression.ts';
import type { ChosenKernel } from '../../kernels/choices.ts';
import { reductionFamily } from '../../kernels/generated.ts';
import { readWgsl } from '../../kernels/source.ts';
import { blockLength } from '../../ops/helpers/long-sum.ts';
import type { Emitter } from '../emit/emitter.ts';
import { lane } from '../emit/value.ts';
import { initialOf, wgslType } from '../emit/wgsl-types.ts';
import { type Level, levelOf } from '../levels.ts';
import { lanesRefusal, listedConfiguration, trafficOf } from '../listed.ts';
import { elementOfRow, innermostIsReduced, type RowPattern } from '../row-pattern.ts';
import { type FusionContext, grid, type ModuleParts, writtenNodes } from './fusion-kernel.ts';
import {
  isOneSubgroup,
  reductionThreads,
  roundsOfThread,
  type Threads,
  tilesOfThread,
} from './reduction-threads.ts';

const combineWorkgroup = readWgsl(new URL('../../kernels/reduction/combine.wgsl', import.meta.url));
const combineSubgroup = readWgsl(new URL('../../kernels/reduction/combine-subgroup.wgsl', import.meta.url));

/** How many turns of the outer loop each node has to wait for reductions that it needs, and how many the last reduction waits. */
export interface Phases {
  readonly needs: ReadonlyMap<Tensor, number>;
  readonly last: number;
}

/** How the rows of a fusion group lie on threads. */
export interface ReductionLayout {
  readonly pattern: RowPattern;
  /** Four neighbouring positions of one row are one position, or four neighbouring rows one outer tile, or neither. */
  readonly lanes: 'along' | 'across' | 'none';
  readonly threads: Threads;
  readonly outerTiles: number;
  readonly positions: number;
  readonly tilesPerThread: number;
  /** Outer tiles that a thread takes one after the other, where rows are many and short. */
  readonly rounds: number;
  readonly bySubgroup: boolean;
  /** Where a table chose, or could not. */
  readonly chosen: ChosenKernel | undefined;
  readonly workgroups: readonly [number, number, number];
  /** Every thread has a row of its own. */
  readonly exact: boolean;
  /** How many elements of a thread make a block of sums, a block of blocks, and so on; none where a thread adds all one by one. */
  readonly blocks: readonly number[];
}

export const isReduction = (tensor: Tensor): boolean => tensor.op.lower.kind === 'reduction';

/** The nodes that are written, by how many values they have. */
export function reductionResults(context: FusionContext): Readonly<Record<Level, readonly Tensor[]>> {
  const written = writtenNodes(context);
  const of = (level: Level) => written.filter((tensor) => levelOf(tensor, context.fusion) === level);
  return { whole: of('whole'), row: of('row'), pooled: of('pooled') };
}

export function phasesOf({ fusion, schedule }: FusionContext): Phases {
  const needs = new Map<Tensor, number>();
  let last = 0;
  for (const tensor of fusion.nodes) {
    let phase = 0;
    for (const { source } of schedule.reads.get(tensor)!) {
      const earlier = needs.get(source);
      if (earlier !== undefined) phase = Math.max(phase, earlier + (isReduction(source) ? 1 : 0));
    }
    needs.set(tensor, phase);
    if (isReduction(tensor)) last = Math.max(last, phase);
  }
  return { needs, last };
}

/** A thread adds up to so many elements one by one. */
const longestChain = 128;
/** From so many positions on, threads go along a row: what has fewer never shares a module with what has more. */
const sharedPositions = 17;

/**
 * The least levels that leave `longestChain` additions in the first and `blockLength` in each above: the error of a sum grows with the longest chain
 * that an element goes through (0.1 added 125,000 times was 7,500 ulp off). Where kernels share modules, a chain of any length up to 8,192 has one
 * level, so that layers of all sizes have one text: a batch norm takes 0.3 to 1 s to compile.
 */
export function blocksOf(positions: number, threads: number, shareModules: boolean): readonly number[] {
  const chain = Math.ceil(positions / threads);
  if (chain <= longestChain && !(shareModules && positions >= sharedPositions)) return [];
  const blocks = [longestChain];
  for (let block = longestChain * blockLength; block < chain; block *= blockLength) blocks.push(block);
  return blocks;
}

/** More reductions times outer tiles a thread would not stay in registers. */
const mostForSeveral = 2;

export function reductionLayout(context: FusionContext, phases: Phases): ReductionLayout {
  const { fusion, adapter } = context;
  const pattern = fusion.pattern as RowPattern;
  const along = innermostIsReduced(pattern);
  const innermost = pattern.segments[pattern.segments.length - 1]?.size ?? 1;
  const wide = innermost % 4 === 0 && pattern.length > 0;
  const quads = wide && !along;
  const outerTiles = quads ? pattern.rows / 4 : pattern.rows;
  const positions = wide && along ? pattern.length / 4 : pattern.length;
  const reductions = fusion.nodes.filter(isReduction).length;
  const results = reductionResults(context);
  const canTakeSeveral =
    quads &&
    phases.last === 0 &&
    results.whole.length + results.pooled.length === 0 &&
    reductions <= mostForSeveral;
  const { configuration, chosen } = listedConfiguration(
    reductionFamily,
    `${pattern.key}:${trafficOf(fusion, context.schedule)}`,
    adapter,
    ({ ACROSS, ALONG, TILES }) => {
      const items = Number(ACROSS) * Number(TILES);
      // Tiles of a thread lie ACROSS apart, and none of them may lie outside.
      const fits =
        TILES === 1 ||
        (canTakeSeveral && ALONG === 1 && outerTiles % items === 0 && (innermost / 4) % items === 0);
      return fits
        ? lanesRefusal(Number(ACROSS) * Number(ALONG), adapter)
        : `cannot give an invocation ${TILES} sums here`;
    },
  );
  const threads =
    configuration === undefined
      ? reductionThreads(outerTiles, positions, along, adapter)
      : { x: Number(configuration.ACROSS), y: Number(configuration.ALONG) };
  const { x, y } = threads;
  const tilesPerThread =
    configuration !== undefined
      ? Number(configuration.TILES)
      : canTakeSeveral
        ? tilesOfThread(outerTiles, innermost / 4, positions, threads, adapter)
        : 1;
  const rounds = tilesPerThread === 1 ? roundsOfThread(outerTiles, positions, threads, adapter) : 1;
  const tilesOfGroup = x * tilesPerThread * rounds;
  const workgroups = grid(Math.ceil(outerTiles / tilesOfGroup), adapter);
  return {
    pattern,
    lanes: !wide ? 'none' : along ? 'along' : 'across',
    threads,
    outerTiles,
    positions,
    tilesPerThread,
    rounds,
    bySubgroup: y > 1 && isOneSubgroup(x * y, adapter),
    workgroups,
    exact: workgroups[0] * workgroups[1] * tilesOfGroup === outerTiles,
    chosen,
    blocks: blocksOf(positions, y, adapter.profile.shareModules),
  };
}

/** A running sum (or product, or maximum) of a thread. */
export interface Accumulator {
  readonly tensor: Tensor;
  readonly lower: ReductionLowering;
  readonly type: WgslType;
  readonly name: string;
}

/** Declares a variable for a reduction. */
export function accumulator(
  emitter: Emitter,
  { lanes }: ReductionLayout,
  tensor: Tensor,
  name: string,
): Accumulator {
  const lower = tensor.op.lower as ReductionLowering;
  const type = wgslType(tensor.dtype, lanes === 'none' ? 1 : 4);
  emitter.line(initialOf(name, lower, type));
  return { tensor, lower, type, name };
}

/** Adds one element of its operand to a running sum. */
export function accumulate(emitter: Emitter, { tensor, lower, type, name }: Accumulator, whole: Index): void {
  const operand = tensor.inputs[0]!;
  const value = emitter.value(operand, delinearize(whole, operand.shape));
  const text = value.width === type.width ? value.text : `${type.text}(${value.text})`;
  emitter.line(`${name} = ${lower.combine(name, text, type)};`);
}

/**
 * The elements of a row that a thread visits, in a loop, or in nested loops over blocks where sums are long.
 *
 * @param accumulators what the loop adds to; `body` gets the element's index and the sums of the innermost block, each for every outer tile of the thread
 */
export function loopOverRow<Sum extends Accumulator>(
  emitter: Emitter,
  layout: ReductionLayout,
  rowIndices: readonly Index[],
  accumulators: readonly Sum[],
  body: (wholes: readonly Index[], innermost: readonly Sum[]) => void,
): void {
  const { positions, lanes, pattern, threads, blocks } = layout;
  const visit = (start: string, end: string, sums: readonly Sum[]) =>
    emitter.scope(`for (var position = ${start}along; position < ${end}; position += Y)`, () => {
      emitter.declare('position');
      const item = variable('position', positions);
      const position = lanes === 'along' ? plus(times(item, 4), lane) : item;
      body(
        rowIndices.map((rowIndex) => elementOfRow(pattern, rowIndex, position)),
        sums,
      );
    });
  const isCut = ({ lower, type }: Sum) => lower.rounds === true && type.dtype === 'f32';
  const block = (level: number, start: string, end: string, sums: readonly Sum[]): void => {
    const [name, last] = [`block_${level}`, `end_${level}`];
    const span = threads.y * blocks[level - 1]!;
    emitter.scope(`for (var ${name} = ${start}; ${name} < ${end}; ${name} += ${u32(span)})`, () => {
      emitter.line(`let ${last} = min(${name} + ${u32(span)}, ${end});`);
      const inner = sums.map((sum) => (isCut(sum) ? { ...sum, name: `${sum.name}_in` } : sum));
      for (const { name: own, lower, type } of inner.filter(isCut)) emitter.line(initialOf(own, lower, type));
      if (level === 1) visit(`${name} + `, last, inner);
      else block(level - 1, name, last, inner);
      sums.forEach((sum, k) => {
        if (isCut(sum))
          emitter.line(`${sum.name} = ${sum.lower.combine(sum.name, inner[k]!.name, sum.type)};`);
      });
    });
  };
  const levels = accumulators.some(isCut) ? blocks.length : 0;
  if (levels === 0) visit('', u32(positions), accumulators);
  else block(levels, '0u', u32(positions), accumulators);
}

/** What the row came to: the partial results of its threads, and of the four lanes of each where they lie along it. */
export function combined(
  parts: ModuleParts,
  emitter: Emitter,
  { lanes, threads, bySubgroup }: ReductionLayout,
  { tensor, lower, name }: Accumulator,
): string {
  let result = name;
  const scalar = wgslType(tensor.dtype, 1);
  const both = (a: string, b: string) => lower.combine(a, b, scalar);
  if (lanes === 'along')
    result = emitter.name(both(both(`${name}.x`, `${name}.y`), both(`${name}.z`, `${name}.w`)));
  if (threads.y > 1) {
    const type = wgslType(tensor.dtype, lanes === 'across' ? 4 : 1);
    const kind = `${tensor.dtype}_${tensor.op.name}`;
    const frame = bySubgroup ? combineSubgroup : combineWorkgroup;
    const text = frame.replaceAll('NAME', kind).replaceAll('TYPE', type.text);
    parts.functions.set(`combine_${kind}`, text.replaceAll('COMBINED', lower.combine('a', 'b', type)));
    result = emitter.name(`combine_${kind}(${result}, local, across, along)`);
  }
  return result;
}
