/** @file A pointwise unit: each thread computes elements of all results of one size, four neighbours at a time where it can. */
import { elementCount } from '../../graph/shape.ts';
import { delinearize, variable } from '../../indexing/index-expression.ts';
import { constantLines, fillFrame } from '../../kernels/frame.ts';
import { readWgsl } from '../../kernels/source.ts';
import { quadIndex } from '../emit/emitter.ts';
import { grid, type Kernel, ModuleParts, type UnitContext, unitLabel, writtenNodes } from './unit-kernel.ts';

const frame = readWgsl(new URL('../../kernels/pointwise/pointwise.wgsl', import.meta.url));

const threads = 64;

/** Rounds of the loop in each thread: much work per workgroup where launching one is dear. */
function roundsPerThread(items: number, isSoftware: boolean): number {
  // Measured on lavapipe, 2026-11: 0.3 µs per workgroup; 8 workgroups keep its threads busy.
  const groupsWanted = isSoftware ? 16 : 2048;
  const most = isSoftware ? 64 : 4;
  return Math.max(1, Math.min(most, Math.floor(items / (threads * groupsWanted))));
}

export function pointwiseKernel(context: UnitContext): Kernel {
  const { unit, adapter } = context;
  const written = writtenNodes(context);
  const loops = unit.nodes.some((tensor) => {
    const { lower } = tensor.op;
    return lower.kind === 'indexed' && lower.reads !== 'once' && lower.lanes !== true;
  });
  const wide = unit.count % 4 === 0 && !loops;
  const items = wide ? unit.count / 4 : unit.count;
  const rounds = roundsPerThread(items, adapter.isSoftware);
  const groups = Math.ceil(items / (threads * rounds));
  const workgroups = grid(groups, adapter);

  const parts = new ModuleParts(context);
  const emitter = parts.emitter(new Map());
  const body = () => {
    emitter.declare('item');
    emitter.declare('lane');
    const linear = wide ? quadIndex('item', items) : variable('item', items);
    // All values before all writes: a result may lie where an operand was.
    const values = written.map((tensor) => emitter.value(tensor, delinearize(linear, tensor.shape)));
    written.forEach((tensor, k) => {
      emitter.store(tensor, context.storageOf(tensor)!, linear, values[k]!);
    });
  };
  const loop = emitter.detached(body);
  const constants = { THREADS: threads, ROUNDS: rounds, ITEMS: items, GROUPS_X: workgroups[0] };
  const main = fillFrame(frame, { 'before the loop': emitter.text, 'an item': loop });
  return {
    label: unitLabel(unit),
    wgsl: parts.module(`${constantLines(constants)}\n${main}`),
    regions: parts.bindings.regions,
    workgroups,
    usesStepIndex: parts.usesStepIndex,
    variant: undefined,
    operations: unit.nodes.reduce((sum, tensor) => sum + elementCount(tensor.shape), 0),
  };
}
