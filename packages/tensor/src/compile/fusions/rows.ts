/**
 * @file A fusion group with reductions: X rows side by side, Y threads along each row. Thread (x, y) visits positions y, y + Y, …
 * of its row in order; the Y partial results are combined by a tree in workgroup memory. The order is fixed by the shape, so two
 * runs give the same bits. Large sums over leading axes take several row items a thread, in bands. Reductions that need the result of another run in later phases of the same kernel.
 */
import type { Tensor } from '../../graph/tensor.ts';
import { u32 } from '../../graph/wgsl-numbers.ts';
import { delinearize, type Index, plus, times, variable } from '../../indexing/index-expression.ts';
import { fillFrame, numberedBySubgroup, parameterLines } from '../../kernels/frame.ts';
import { readWgsl } from '../../kernels/source.ts';
import { lane, type Value } from '../emit/emitter.ts';
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
  type RowLayout,
  rowLayout,
  rowResults,
} from './row-sums.ts';

const frame = readWgsl(new URL('../../kernels/rows/rows.wgsl', import.meta.url));

export function rowsKernel(context: FusionContext): UnfinishedKernel {
  const { fusion, adapter } = context;
  const phases = phasesOf(context);
  const { needs, last } = phases;
  const layout = rowLayout(context, phases);
  const { rowItems, positions, bands, exact, bySubgroup } = layout;
  const { x, y } = layout.threads;
  const lanesAcross = layout.lanes === 'across';
  const width = lanesAcross ? 4 : 1;

  const parts = new ModuleParts(context);
  const registers = new Map<Tensor, Value>();
  const emitter = parts.emitter(registers, '', opaqueZero(adapter));
  const written = rowResults(context);
  emitter.declare('row');
  emitter.declare('lane');
  const rowIndices = Array.from({ length: bands }, (_, band): Index => {
    const item = variable(band === 0 ? 'row' : emitter.name(`row + ${u32(band * x)}`), rowItems);
    return lanesAcross ? plus(times(item, 4), lane) : item;
  });
  const storeWhole = (tensors: readonly Tensor[], whole: Index) => {
    const write = () => emitter.storeAll(tensors, whole, context.storageOf);
    if (exact) write();
    else emitter.scope('if (own_row < ROWS())', write);
  };

  /** What each reduction came to, a value for each band. */
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
      return rowIndices.map((_, band) => {
        const name = bands === 1 ? `sum_${phase}_${k}` : `sum_${phase}_${k}_${band}`;
        return { ...accumulator(emitter, layout, tensor, name), band };
      });
    });
    if (positions > 0)
      loopOverRow(emitter, layout, rowIndices, accumulators, (wholes, sums) => {
        for (const { band, ...own } of sums) accumulate(emitter, own, wholes[band]!);
        if (early.length > 0) storeWhole(early, wholes[0]!);
      });
    for (const own of accumulators)
      results.get(own.tensor)!.push({ text: combined(parts, emitter, layout, own), width });
    // Later phases have one band.
    for (const tensor of reductions) registers.set(tensor, results.get(tensor)![0]!);
  }
  const late = written.whole.filter((tensor) => !stored.has(tensor));
  if (late.length > 0 && positions > 0)
    loopOverRow(emitter, layout, rowIndices, [], (wholes) => storeWhole(late, wholes[0]!));
  if (written.row.length > 0) {
    // Other threads of the row may still have to read what is written over.
    if (y > 1 && !bySubgroup && written.row.some((tensor) => overwrites(tensor, context)))
      emitter.line('storageBarrier();');
    const conditions = writesRow(layout);
    const write = () => {
      const values = rowIndices.map((rowIndex, band) => {
        for (const [tensor, inBands] of results) registers.set(tensor, inBands[band]!);
        return written.row.map((tensor) => emitter.value(tensor, delinearize(rowIndex, tensor.shape)));
      });
      rowIndices.forEach((rowIndex, band) => {
        written.row.forEach((tensor, k) => {
          emitter.store(tensor, context.storageOf(tensor)!, rowIndex, values[band]![k]!);
        });
      });
    };
    if (conditions.length === 0) write();
    else emitter.scope(`if (${conditions.join(' && ')})`, write);
  }
  return kernelOfRows(context, parts, layout, emitter.text);
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

/** The condition under which a thread writes the results of its row; none where all do. */
function writesRow({ threads, exact }: RowLayout): string[] {
  return [...(threads.y > 1 ? ['along == 0u'] : []), ...(exact ? [] : ['own_row < ROWS()'])];
}

/** The kernel around the code of its rows. */
function kernelOfRows(
  { fusion }: FusionContext,
  parts: ModuleParts,
  { threads: { x, y }, bands, rowItems, workgroups, bySubgroup }: RowLayout,
  code: string,
): UnfinishedKernel {
  const parameters = {
    sizes: { X: x, Y: y, BANDS: bands },
    constants: { ROWS: rowItems, GROUPS_X: workgroups[0] },
  };
  return {
    label: fusionLabel(fusion),
    ...parts.module(
      fillFrame(bySubgroup ? numberedBySubgroup(frame) : frame, { phases: code }),
      bySubgroup ? ['subgroups'] : [],
      parameterLines(parameters),
    ),
    regions: parts.bindings.regions,
    workgroups,
    usesStepIndex: parts.usesStepIndex,
    variant: undefined,
    operations: fusion.count * fusion.nodes.length,
  };
}
