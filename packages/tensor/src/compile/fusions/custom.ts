/** @file A fusion group with a hand-written kernel of its own: inputs and result are whole arrays in memory. */

import type { KernelLowering } from '../../graph/lowering.ts';
import { elementCount } from '../../graph/shape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { variable } from '../../indexing/index-expression.ts';
import { parameterLines } from '../../kernels/frame.ts';
import { throughReshape } from '../access.ts';
import { elementInRegion } from '../storage.ts';
import { type FusionContext, fusionLabel, ModuleParts, type UnfinishedKernel } from './fusion-kernel.ts';

export function customKernel(context: FusionContext): UnfinishedKernel {
  const tensor = context.fusion.nodes[0]!;
  const kernel = (tensor.op.lower as KernelLowering).emit(tensor);
  const parts = new ModuleParts(context);
  const lines = [parameterLines(kernel)];
  const place = (node: Tensor) => {
    const emitter = parts.emitter(new Map());
    emitter.declare('index');
    const count = Math.max(elementCount(node.shape), 2);
    const text = emitter.indexText(elementInRegion(context.storageOf(node)!, variable('index', count)));
    emitter.line(`let place = ${text};`);
    return emitter.text;
  };
  tensor.inputs.forEach((input, slot) => {
    const base = throughReshape(input);
    const load = parts.bindings.load(context.storageOf(base)!.region, 'place');
    lines.push(`fn input_${slot}(index: u32) -> ${input.dtype} {\n${place(base)}\nreturn ${load};\n}`);
  });
  const store = parts.bindings.store(context.storageOf(tensor)!.region, 'place', 'value');
  lines.push(`fn output(index: u32, value: ${tensor.dtype}) {\n${place(tensor)}\n${store}\n}`);
  return {
    label: fusionLabel(context.fusion),
    ...parts.module(`${lines.join('\n')}\n${kernel.wgsl}`),
    regions: parts.bindings.regions,
    workgroups: kernel.workgroups,
    usesStepIndex: parts.usesStepIndex,
    variant: undefined,
    operations: elementCount(tensor.shape),
  };
}
