/**
 * @file A fusion group with reductions: X rows side by side, Y threads along each row. Thread (x, y) visits positions y, y + Y, …
 * of its row in order; the Y partial results are combined by a tree in workgroup memory. The order is fixed by the shape, so two
 * runs give the same bits. Large sums over leading axes take several outer tiles a thread. Reductions that need the result of another
 * run in later phases of the same kernel.
 */
import { elementCount } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { u32 } from '../../graph/wgsl-numbers.ts';
import { delinearize, type Index, plus, times, variable } from '../../indexing/index-expression.ts';
import { fillFrame, numberedBySubgroup, parameterLines } from '../../kernels/frame.ts';
import { readWgsl } from '../../kernels/source.ts';
import { lane, type Value } from '../emit/value.ts';
import { shortened } from '../row-pattern.ts';
import {
  type FusionContext,
  fusionLabel,
  ModuleParts,
  opaqueZero,
  type UnfinishedKernel,
} from './fusion-kernel.ts';
import {
  accumulate,
  accumulator,
  combined,
  isReduction,
  loopOverRow,
  phasesOf,
  type ReductionLayout,
  reductionLayout,
  reductionResults,
} from './reduction-sums.ts';

const frame = readWgsl(new URL('../../kernels/reduction/reduction.wgsl', import.meta.url));
const roundsFrame = readWgsl(new URL('../../kernels/reduction/rounds.wgsl', import.meta.url));

export function reductionKernel(context: FusionContext): UnfinishedKernel {
  const { fusion, adapter } = context;
  const phases = phasesOf(context);
  const { needs, last } = phases;
  const layout = reductionLayout(context, phases);
  const { outerTiles, positions, tilesPerThread, exact, bySubgroup } = layout;
  const { x, y } = layout.threads;
  const lanesAcross = layout.lanes === 'across';
  const width = lanesAcross ? 4 : 1;

  const parts = new ModuleParts(context);
  const registers = new Map<Tensor, Value>();
  const emitter = parts.emitter(registers, '', opaqueZero(adapter));
  const written = reductionResults(context);
  emitter.declare('tile');
  emitter.declare('lane');
  const rowIndices = Array.from({ length: tilesPerThread }, (_, tile): Index => {
    const item = variable(tile === 0 ? 'tile' : emitter.name(`tile + ${u32(tile * x)}`), outerTiles);
    return lanesAcross ? plus(times(item, 4), lane) : item;
  });
  const storeWhole = (tensors: readonly Tensor[], whole: Index) => {
    const write = () => emitter.storeAll(tensors, whole, context.storageOf);
    if (exact) write();
    else emitter.scope('if (own_tile < OUTER_TILES())', write);
  };

  /** What each reduction came to, a value for each outer tile of the thread. */
  const results = new Map<Tensor, Value[]>();
  const stored = new Set<Tensor>();
  for (let phase = 0; phase <= last; phase++) {
    const reductions = fusion.nodes.filter((tensor) => isReduction(tensor) && needs.get(tensor) === phase);
    // A result written over its own input waits for the last loop: later phases still read the input.
    const early = written.whole.filter(
      (tensor) => !stored.has(tensor) && needs.get(tensor)! <= phase && !overwrites(tensor, context),
    );
    for (const tensor of early) stored.add(tensor);
    const accumulators = reductions.flatMap((tensor, k) => {
      results.set(tensor, []);
      return rowIndices.map((_, tile) => {
        const name = tilesPerThread === 1 ? `sum_${phase}_${k}` : `sum_${phase}_${k}_${tile}`;
        return { ...accumulator(emitter, layout, tensor, name), tile };
      });
    });
    if (positions > 0)
      loopOverRow(emitter, layout, rowIndices, accumulators, (wholes, sums) => {
        for (const { tile, ...own } of sums) accumulate(emitter, own, wholes[tile]!);
        if (early.length > 0) storeWhole(early, wholes[0]!);
      });
    for (const own of accumulators)
      results.get(own.tensor)!.push({ text: combined(parts, emitter, layout, own), width });
    // Later phases have one outer tile a thread.
    for (const tensor of reductions) registers.set(tensor, results.get(tensor)![0]!);
  }
  const late = written.whole.filter((tensor) => !stored.has(tensor));
  if (late.length > 0 && positions > 0)
    loopOverRow(emitter, layout, rowIndices, [], (wholes) => storeWhole(late, wholes[0]!));
  for (const count of new Set(written.pooled.map(({ shape }) => elementCount(shape)))) {
    const pattern = shortened(layout.pattern, count)!;
    const pooled = written.pooled.filter(({ shape }) => elementCount(shape) === count);
    loopOverRow(emitter, { ...layout, pattern, positions: pattern.length }, rowIndices, [], (wholes) =>
      storeWhole(pooled, wholes[0]!),
    );
  }
  if (written.row.length > 0) {
    // Other threads of the row may still have to read what is written over.
    if (y > 1 && !bySubgroup && written.row.some((tensor) => overwrites(tensor, context)))
      emitter.line('storageBarrier();');
    const conditions = writesResults(layout);
    const write = () => {
      const values = rowIndices.map((rowIndex, tile) => {
        for (const [tensor, inTiles] of results) registers.set(tensor, inTiles[tile]!);
        return written.row.map((tensor) => emitter.value(tensor, delinearize(rowIndex, tensor.shape)));
      });
      rowIndices.forEach((rowIndex, tile) => {
        written.row.forEach((tensor, k) => {
          emitter.store(tensor, context.storageOf(tensor)!, rowIndex, values[tile]![k]!);
        });
      });
    };
    if (conditions.length === 0) write();
    else emitter.scope(`if (${conditions.join(' && ')})`, write);
  }
  return unfinishedKernel(context, parts, layout, emitter.text);
}

/** Whether a result lies where the fusion group reads an operand. */
function overwrites(tensor: Tensor, { fusion, schedule, storageOf, aliasOf }: FusionContext): boolean {
  const own = aliasOf(storageOf(tensor)!.region);
  return fusion.nodes.some((member) =>
    schedule.reads.get(member)!.some(({ source }) => {
      const other = schedule.fusionOf.get(source) === fusion ? undefined : storageOf(source);
      return other !== undefined && aliasOf(other.region) === own;
    }),
  );
}

/** The condition under which a thread writes the results of its rows; none where all do. */
function writesResults({ threads, exact }: ReductionLayout): string[] {
  return [...(threads.y > 1 ? ['along == 0u'] : []), ...(exact ? [] : ['own_tile < OUTER_TILES()'])];
}

/** The kernel around the code of its rows. */
function unfinishedKernel(
  { fusion }: FusionContext,
  parts: ModuleParts,
  { threads: { x, y }, tilesPerThread, rounds, outerTiles, workgroups, bySubgroup, chosen }: ReductionLayout,
  code: string,
): UnfinishedKernel {
  const inRounds = rounds > 1;
  const parameters = {
    sizes: { X: x, Y: y, ...(inRounds ? {} : { TILES_PER_THREAD: tilesPerThread }) },
    constants: { ...(inRounds ? { ROUNDS: rounds } : {}), OUTER_TILES: outerTiles, GROUPS_X: workgroups[0] },
  };
  return {
    label: fusionLabel(fusion),
    ...parts.module(
      fillFrame(inRounds ? roundsFrame : bySubgroup ? numberedBySubgroup(frame) : frame, { phases: code }),
      bySubgroup ? ['subgroups'] : [],
      parameterLines(parameters),
    ),
    regions: parts.bindings.regions,
    workgroups,
    usesStepIndex: parts.usesStepIndex,
    variant: undefined,
    ...(chosen === undefined ? {} : { chosen }),
    operations: fusion.count * fusion.nodes.length,
  };
}
