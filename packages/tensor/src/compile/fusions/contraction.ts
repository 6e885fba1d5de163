/** @file A contraction fusion group: a hand-written matmul or convolution, with the pointwise nodes that follow it in its epilogue. */

import type { ContractionLowering } from '../../graph/lowering.ts';
import { elementCount } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { type Index, plus, times, variable } from '../../indexing/index-expression.ts';
import type { ChosenKernel } from '../../kernels/choices.ts';
import type { Conv2dProblem, EmittedKernel, MatmulProblem } from '../../kernels/contraction.ts';
import { familyOf } from '../../kernels/family.ts';
import { parameterLines } from '../../kernels/frame.ts';
import { matmulFamily } from '../../kernels/matmul/family.ts';
import { convolutionSizes } from '../../ops/helpers/conv2d.ts';
import { chooseVariant } from '../choose-variant.ts';
import { lane, type Value } from '../emit/value.ts';
import { matrixView, taskView } from '../operands.ts';
import type { Storage } from '../storage.ts';
import {
  type FusionContext,
  fusionLabel,
  ModuleParts,
  type UnfinishedKernel,
  writtenNodes,
} from './fusion-kernel.ts';

interface Operand {
  readonly storage: Storage;
  readonly batch: Index;
}

interface Contraction {
  readonly emitted: EmittedKernel;
  readonly chosen: ChosenKernel;
  readonly operands: readonly [Operand, Operand];
  readonly batch: number;
  readonly rows: number;
  readonly columns: number;
  readonly operations: number;
}

/** The sizes of a matmul node with its operands' views. */
function matmul(tensor: Tensor, context: FusionContext): Contraction {
  const [a, b] = tensor.inputs as [Tensor, Tensor];
  const viewA = matrixView(a, context.storageOf);
  const viewB = matrixView(b, context.storageOf);
  if (viewA === undefined || viewB === undefined)
    throw new Error('internal: an operand of matmul is not a strided view of a materialised value.');
  const [rows, columns] = tensor.shape.slice(-2) as [number, number];
  const problem: MatmulProblem = {
    batch: elementCount(tensor.shape.slice(0, -2)),
    m: rows,
    n: columns,
    k: a.shape[a.shape.length - 1]!,
    aRowStride: viewA.rowStride,
    aColumnStride: viewA.columnStride,
    bRowStride: viewB.rowStride,
    bColumnStride: viewB.columnStride,
    aAligned: viewA.aligned,
    bAligned: viewB.aligned,
  };
  const { variant, chosen } = chooseVariant(matmulFamily, problem, context.adapter, context.variants.matmul);
  return {
    emitted: variant.emit(problem, context.adapter),
    chosen,
    operands: [
      { storage: context.storageOf(viewA.base)!, batch: viewA.batch },
      { storage: context.storageOf(viewB.base)!, batch: viewB.batch },
    ],
    batch: problem.batch,
    rows,
    columns,
    operations: 2 * problem.batch * rows * columns * problem.k,
  };
}

type ConvolutionLowering = Extract<ContractionLowering, { readonly family: 'conv2d' }>;

/** The problem of a convolution node, and the matrix that its result is. */
export function conv2dProblem(
  tensor: Tensor,
  lower: ConvolutionLowering,
  aligned: readonly [boolean, boolean],
): Conv2dProblem {
  const { conv: kind } = lower;
  const [a, b] = tensor.inputs as [Tensor, Tensor];
  const x = kind === 'inputGradient' ? tensor.shape : a.shape;
  const filter = kind === 'filterGradient' ? tensor.shape : b.shape;
  const y = kind === 'forward' ? tensor.shape : kind === 'inputGradient' ? a.shape : b.shape;
  return {
    ...convolutionSizes(kind, x, filter, y, lower.steps(tensor.parameters)),
    aAligned: aligned[0],
    bAligned: aligned[1],
  };
}

function conv2d(tensor: Tensor, lower: ConvolutionLowering, context: FusionContext): Contraction {
  const views = tensor.inputs.map((operand) => taskView(operand, context.storageOf));
  const [viewA, viewB] = views;
  if (viewA === undefined || viewB === undefined)
    throw new Error('internal: an operand of conv2d is not contiguous within a task.');
  const problem = conv2dProblem(tensor, lower, [viewA.aligned, viewB.aligned]);
  const family = familyOf<Conv2dProblem>(lower);
  const { variant, chosen } = chooseVariant(family, problem, context.adapter, context.variants.conv2d);
  const columns = tensor.shape[4]!;
  return {
    emitted: variant.emit(problem, context.adapter),
    chosen,
    operands: [
      { storage: context.storageOf(viewA.base)!, batch: viewA.batch },
      { storage: context.storageOf(viewB.base)!, batch: viewB.batch },
    ],
    batch: problem.tasks,
    rows: elementCount(tensor.shape) / Math.max(1, problem.tasks * columns),
    columns,
    operations: conv2dOperations(problem),
  };
}

/** Multiplications and additions of a convolution or either of its gradients, padding counted as work. */
function conv2dOperations(p: Conv2dProblem): number {
  return (
    2 *
    p.tasks *
    p.images *
    p.outHeight *
    p.outWidth *
    p.outChannels *
    p.filterHeight *
    p.filterWidth *
    p.inChannels
  );
}

export function contractionKernel(context: FusionContext): UnfinishedKernel {
  const { fusion } = context;
  const root = fusion.nodes[0]!;
  const lower = root.op.lower as ContractionLowering;
  const contraction = lower.family === 'matmul' ? matmul(root, context) : conv2d(root, lower, context);
  const { emitted, operands, batch, rows, columns } = contraction;
  const parts = new ModuleParts(context);
  const lines = [parameterLines(emitted)];

  (['a', 'b'] as const).forEach((name, slot) => {
    const { storage, batch: offset } = operands[slot]!;
    const { region } = storage;
    const emitter = parts.emitter(new Map(), `${name}_`);
    emitter.declare('batch');
    emitter.line(`return ${emitter.indexText(offset)};`);
    lines.push(`fn ${name}_batch(batch: u32) -> u32 {\n${emitter.text}\n}`);
    if (emitted.uses.includes(`load_${name}`))
      lines.push(`fn load_${name}(index: u32) -> f32 { return ${parts.bindings.load(region, 'index')}; }`);
    if (emitted.uses.includes(`load4_${name}`))
      lines.push(
        `fn load4_${name}(index: u32) -> vec4<f32> { return ${parts.bindings.load4(region, 'index / 4u')}; }`,
      );
  });
  for (const name of ['store', 'store4'] as const)
    if (emitted.uses.includes(name)) lines.push(epilogue(name, root, batch, rows, columns, context, parts));

  return {
    label: fusionLabel(fusion),
    ...parts.module(`${lines.join('\n')}\n${emitted.wgsl}`, emitted.enables ?? []),
    regions: parts.bindings.regions,
    workgroups: emitted.workgroups,
    usesStepIndex: parts.usesStepIndex,
    variant: `${contraction.chosen.family}/${contraction.chosen.variant}`,
    chosen: contraction.chosen,
    operations: contraction.operations,
  };
}

/** `fn store(batch, row, column, value)`: everything the fusion group computes from one element of the product, or from four. */
function epilogue(
  name: 'store' | 'store4',
  root: Tensor,
  batch: number,
  rows: number,
  columns: number,
  context: FusionContext,
  parts: ModuleParts,
): string {
  const wide = name === 'store4';
  const emitter = parts.emitter(
    new Map([[root, { text: 'value', width: wide ? 4 : 1 } satisfies Value]]),
    `${name}_`,
  );
  for (const variableName of ['batch', 'row', 'column', 'quad', 'lane']) emitter.declare(variableName);
  if (wide) emitter.line('let quad = column / 4u;');
  const column = wide ? plus(times(variable('quad', columns / 4), 4), lane) : variable('column', columns);
  const matrix = plus(times(variable('batch', batch), rows), variable('row', rows));
  const linear = plus(times(matrix, columns), column);
  emitter.storeAll(writtenNodes(context), linear, context.storageOf);
  const type = wide ? 'vec4<f32>' : 'f32';
  return `fn ${name}(batch: u32, row: u32, column: u32, value: ${type}) {\n${emitter.text}\n}`;
}
