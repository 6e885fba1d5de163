import type { Op, OpCase } from '../graph/op.ts';
import type { OpParameters, Tensor } from '../graph/tensor.ts';
import { checkTensor } from './helpers/check-tensor.ts';

/** A function of tensors that carries its op: `tanh(x)`, `tanh.op.doc`. */
export type OpFunction<
  Arguments extends readonly unknown[],
  Parameters extends OpParameters = OpParameters,
> = ((...inputs: Arguments) => Tensor) & { readonly op: Op<Parameters> };

const takesInput = ({ inputs }: OpCase) => inputs.length > 0;

export function withOp<Arguments extends readonly unknown[], Parameters extends OpParameters>(
  op: Op<Parameters>,
  call: (...inputs: Arguments) => Tensor,
): OpFunction<Arguments, Parameters> {
  // Elementwise functions take numbers too and check their operands themselves; others begin with a tensor, or with none at all.
  const begins = op.lower.kind !== 'elementwise' && op.lower.kind !== 'concat' && op.cases.some(takesInput);
  if (!begins) return Object.assign(call, { op });
  const checked = (...inputs: Arguments): Tensor => {
    checkTensor(op.name, inputs[0]);
    return call(...inputs);
  };
  return Object.assign(checked, { op });
}
