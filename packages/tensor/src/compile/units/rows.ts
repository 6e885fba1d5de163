/**
 * @file A unit with reductions: X rows side by side, Y threads along each row. Thread (x, y) visits positions y, y + Y, …
 * of its row in order; the Y partial results are combined by a tree in workgroup memory. The order is fixed by the shape, so two
 * runs give the same bits. Large sums over leading axes take several row items a thread, in bands. Reductions that need the result of another run in later phases of the same kernel.
 */
import type { Tensor } from '../../graph/tensor.ts';
import { delinearize, type Index, plus, times, variable } from '../../indexing/index-expression.ts';
import { constantLines, fillFrame, numberedBySubgroup } from '../../kernels/frame.ts';
import { readWgsl } from '../../kernels/source.ts';
import type { ReductionLowering } from '../../ops/lowering.ts';
import { lane, type Value } from '../emit/emitter.ts';
import { wgslType } from '../emit/wgsl-types.ts';
import { elementOfRow, innermostIsReduced, type RowPattern } from '../row-pattern.ts';
import type { Unit } from '../schedule.ts';
import { bandsAcross, isOneSubgroup, rowThreads } from './row-threads.ts';
import {
  grid,
  hiddenZero,
  type Kernel,
  ModuleParts,
  type UnitContext,
  unitLabel,
  writtenNodes,
} from './unit-kernel.ts';

const file = (name: string) => readWgsl(new URL(`../../kernels/rows/${name}`, import.meta.url));
const rowsFrame = file('rows.wgsl');
const combineWorkgroup = file('combine.wgsl');
const combineSubgroup = file('combine-subgroup.wgsl');

/** In which loop over the row each node can be computed: after how many rounds of reductions. */
function phases(unit: Unit, context: UnitContext): { needs: Map<Tensor, number>; last: number } {
  const needs = new Map<Tensor, number>();
  let last = 0;
  for (const tensor of unit.nodes) {
    let phase = 0;
    for (const { source } of context.schedule.reads.get(tensor)!) {
      const earlier = needs.get(source);
      if (earlier !== undefined)
        phase = Math.max(phase, earlier + (source.op.lower.kind === 'reduction' ? 1 : 0));
    }
    needs.set(tensor, phase);
    if (tensor.op.lower.kind === 'reduction') last = Math.max(last, phase);
  }
  return { needs, last };
}

/** More reductions times bands would not stay in registers. */
const mostInBands = 2;

const isReduction = (tensor: Tensor) => tensor.op.lower.kind === 'reduction';

export function rowsKernel(context: UnitContext): Kernel {
  const { unit, adapter } = context;
  const pattern = unit.pattern as RowPattern;
  const along = innermostIsReduced(pattern);
  const innermost = pattern.segments[pattern.segments.length - 1]?.size ?? 1;
  const wide = innermost % 4 === 0 && pattern.length > 0;
  // Four neighbours are four positions of one row, or the same position of four rows.
  const lanesAlong = wide && along;
  const lanesAcross = wide && !along;
  const rowItems = lanesAcross ? pattern.rows / 4 : pattern.rows;
  const positions = lanesAlong ? pattern.length / 4 : pattern.length;
  const threads = rowThreads(rowItems * (adapter.replicas ?? 1), positions, along, adapter);
  const { x, y } = threads;
  const bySubgroup = y > 1 && isOneSubgroup(x * y, adapter);

  const parts = new ModuleParts(context);
  const registers = new Map<Tensor, Value>();
  const emitter = parts.emitter(registers, '', hiddenZero(adapter));
  const width = lanesAcross ? 4 : 1;
  const written = writtenNodes(context);
  const wholeWritten = written.filter((tensor) => !isReduction(tensor) && isWhole(tensor, unit));
  const rowWritten = written.filter((tensor) => isReduction(tensor) || !isWhole(tensor, unit));
  const { needs, last } = phases(unit, context);
  const reductionCount = unit.nodes.filter(isReduction).length;

  const canBand = lanesAcross && last === 0 && wholeWritten.length === 0 && reductionCount <= mostInBands;
  const bands = canBand ? bandsAcross(rowItems, innermost / 4, positions, threads, adapter) : 1;
  const workgroups = grid(Math.ceil(rowItems / (x * bands)), adapter);
  const exact = workgroups[0] * workgroups[1] * x * bands === rowItems;
  emitter.declare('row');
  emitter.declare('lane');
  const rowIndices = Array.from({ length: bands }, (_, band): Index => {
    const item = variable(band === 0 ? 'row' : emitter.name(`row + ${band * x}u`), rowItems);
    return lanesAcross ? plus(times(item, 4), lane) : item;
  });

  const loop = (body: (wholes: readonly Index[]) => void) =>
    emitter.scope(`for (var position = along; position < ${positions}u; position += Y)`, () => {
      emitter.declare('position');
      const position = lanesAlong
        ? plus(times(variable('position', positions), 4), lane)
        : variable('position', positions);
      body(rowIndices.map((rowIndex) => elementOfRow(pattern, rowIndex, position)));
    });

  const storeWhole = (tensors: readonly Tensor[], whole: Index) => {
    const write = () => {
      // All values before all writes: a result may lie where an operand was.
      const values = tensors.map((tensor) => emitter.value(tensor, delinearize(whole, tensor.shape)));
      tensors.forEach((tensor, k) => {
        emitter.store(tensor, context.storageOf(tensor)!, whole, values[k]!);
      });
    };
    if (exact) write();
    else emitter.scope('if (own_row < ROWS)', write);
  };

  /** What each reduction came to, a value for each band. */
  const results = new Map<Tensor, Value[]>();
  const stored = new Set<Tensor>();
  for (let phase = 0; phase <= last; phase++) {
    const reductions = unit.nodes.filter((tensor) => isReduction(tensor) && needs.get(tensor) === phase);
    // A result written over its own input waits for the last loop: later phases still read the input.
    const early = wholeWritten.filter(
      (tensor) => !stored.has(tensor) && needs.get(tensor)! <= phase && !overwrites(tensor, context),
    );
    for (const tensor of early) stored.add(tensor);
    const accumulators = reductions.flatMap((tensor, k) => {
      const lower = tensor.op.lower as ReductionLowering;
      const type = wgslType(tensor.dtype, wide ? 4 : 1);
      const initial = typeof lower.initial === 'number' ? lower.initial : lower.initial(tensor.dtype);
      results.set(tensor, []);
      return rowIndices.map((_, band) => {
        const name = bands === 1 ? `sum_${phase}_${k}` : `sum_${phase}_${k}_${band}`;
        emitter.line(`var ${name}: ${type.text} = ${type.literal(initial)};`);
        return { tensor, lower, type, name, band };
      });
    });
    if (positions > 0)
      loop((wholes) => {
        for (const { tensor, lower, type, name, band } of accumulators) {
          const operand = tensor.inputs[0]!;
          const value = emitter.value(operand, delinearize(wholes[band]!, operand.shape));
          const text = value.width === type.width ? value.text : `${type.text}(${value.text})`;
          emitter.line(`${name} = ${lower.combine(name, text)};`);
        }
        if (early.length > 0) storeWhole(early, wholes[0]!);
      });
    for (const { tensor, lower, name } of accumulators) {
      let result = name;
      if (lanesAlong)
        result = emitter.name(
          lower.combine(lower.combine(`${name}.x`, `${name}.y`), lower.combine(`${name}.z`, `${name}.w`)),
        );
      if (y > 1) {
        const type = wgslType(tensor.dtype, width).text;
        const name = `${tensor.dtype}_${tensor.op.name}`;
        const frame = bySubgroup ? combineSubgroup : combineWorkgroup;
        const text = frame.replaceAll('NAME', name).replaceAll('TYPE', type);
        parts.functions.set(`combine_${name}`, text.replaceAll('COMBINED', lower.combine('a', 'b')));
        result = emitter.name(`combine_${name}(${result}, local, across, along)`);
      }
      results.get(tensor)!.push({ text: result, width });
    }
    // Later phases have one band.
    for (const tensor of reductions) registers.set(tensor, results.get(tensor)![0]!);
  }
  const late = wholeWritten.filter((tensor) => !stored.has(tensor));
  if (late.length > 0 && positions > 0) loop((wholes) => storeWhole(late, wholes[0]!));
  if (rowWritten.length > 0) {
    // Other threads of the row may still have to read what is written over.
    if (y > 1 && !bySubgroup && rowWritten.some((tensor) => overwrites(tensor, context)))
      emitter.line('storageBarrier();');
    const conditions = [...(y > 1 ? ['along == 0u'] : []), ...(exact ? [] : ['own_row < ROWS'])];
    const write = () => {
      const values = rowIndices.map((rowIndex, band) => {
        for (const [tensor, inBands] of results) registers.set(tensor, inBands[band]!);
        return rowWritten.map((tensor) => emitter.value(tensor, delinearize(rowIndex, tensor.shape)));
      });
      rowIndices.forEach((rowIndex, band) => {
        rowWritten.forEach((tensor, k) => {
          emitter.store(tensor, context.storageOf(tensor)!, rowIndex, values[band]![k]!);
        });
      });
    };
    if (conditions.length === 0) write();
    else emitter.scope(`if (${conditions.join(' && ')})`, write);
  }

  const constants = { X: x, Y: y, BANDS: bands, ROWS: rowItems, GROUPS_X: workgroups[0] };
  const frame = bySubgroup ? numberedBySubgroup(rowsFrame) : rowsFrame;
  const main = fillFrame(frame, { phases: emitter.text });
  return {
    label: unitLabel(unit),
    wgsl: parts.module(main, bySubgroup ? ['subgroups'] : [], constantLines(constants)),
    regions: parts.bindings.regions,
    workgroups,
    usesStepIndex: parts.usesStepIndex,
    variant: undefined,
    operations: unit.count * unit.nodes.length,
  };
}

function isWhole(tensor: Tensor, unit: Unit): boolean {
  return tensor.shape.reduce((count, size) => count * size, 1) === unit.count;
}

/** Whether a result lies where the unit reads an operand. */
function overwrites(tensor: Tensor, { unit, schedule, storageOf, aliasOf }: UnitContext): boolean {
  const own = aliasOf(storageOf(tensor)!.region);
  return unit.nodes.some((member) =>
    schedule.reads.get(member)!.some(({ source }) => {
      const other = schedule.unitOf.get(source) === unit ? undefined : storageOf(source);
      return other !== undefined && aliasOf(other.region) === own;
    }),
  );
}
