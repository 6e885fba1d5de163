/**
 * @file A unit with reductions, written to be compiled fast rather than to run fast. The loops of its phases are turns of one loop: each
 * turn goes over the row, computes everything with the results that there are by now, and keeps what the turn is for; the last one
 * writes. So every load stands in the code once, and since a thread has one row where the other form has four, as one element.
 * Each sum has the order that it has in the other form.
 */
import type { Tensor } from '../../graph/tensor.ts';
import { variable } from '../../indexing/index-expression.ts';
import type { Value } from '../emit/emitter.ts';
import {
  accumulate,
  accumulator,
  combined,
  isReduction,
  kernelOfRows,
  loopOverRow,
  overwrites,
  phasesOf,
  rowLayout,
  rowResults,
  writesRow,
} from './row-parts.ts';
import { hiddenZero, type Kernel, ModuleParts, type UnitContext } from './unit-kernel.ts';

export function rowsInOneLoop(context: UnitContext): Kernel {
  const { unit, adapter, storageOf } = context;
  const phases = phasesOf(context);
  const { needs, last } = phases;
  const layout = rowLayout(context, phases, true);
  const { rowItems, positions, exact, bySubgroup } = layout;

  const parts = new ModuleParts(context);
  const registers = new Map<Tensor, Value>();
  const emitter = parts.emitter(registers, '', hiddenZero(adapter));
  const written = rowResults(context);
  const reductions = unit.nodes.filter(isReduction);
  const final = Math.max(last, ...written.whole.map((tensor) => needs.get(tensor)!));
  const isLast = final === 0 ? [] : [`turn == ${final}u`];
  emitter.declare('row');
  emitter.declare('lane');
  const row = variable('row', rowItems);

  if (final > 0)
    reductions.forEach((tensor, k) => {
      const { name } = accumulator(emitter, { ...layout, lanes: 'none' }, tensor, `result_${k}`);
      registers.set(tensor, { text: name, width: 1 });
    });

  const turn = () => {
    // What needs a result of an earlier turn must not leave this loop.
    emitter.keepInside();
    const sums = reductions.map((tensor, k) => accumulator(emitter, layout, tensor, `sum_${k}`));
    if (positions > 0)
      loopOverRow(emitter, layout, [row], ([whole]) => {
        for (const own of sums) accumulate(emitter, own, whole!);
        if (written.whole.length === 0) return;
        const conditions = [...isLast, ...(exact ? [] : ['own_row < ROWS'])];
        const write = () => emitter.storeAll(written.whole, whole!, storageOf);
        if (conditions.length === 0) write();
        else emitter.scope(`if (${conditions.join(' && ')})`, write);
      });
    sums.forEach((own, k) => {
      const text = combined(parts, emitter, layout, own);
      if (final === 0) registers.set(own.tensor, { text, width: 1 });
      else emitter.line(`result_${k} = select(result_${k}, ${text}, turn == ${needs.get(own.tensor)}u);`);
    });
    if (written.row.length === 0) return;
    // Other threads of the row may still have to read what is written over.
    if (layout.threads.y > 1 && !bySubgroup && written.row.some((tensor) => overwrites(tensor, context)))
      emitter.line('storageBarrier();');
    const conditions = [...isLast, ...writesRow(layout)];
    const write = () => emitter.storeAll(written.row, row, storageOf);
    if (conditions.length === 0) write();
    else emitter.scope(`if (${conditions.join(' && ')})`, write);
  };
  if (final === 0) turn();
  else emitter.scope(`for (var turn = ${hiddenZero(adapter) ?? '0u'}; turn <= ${final}u; turn++)`, turn);
  return kernelOfRows(context, parts, layout, emitter.text);
}
