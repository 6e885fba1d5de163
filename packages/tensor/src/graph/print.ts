/** @file Prints a graph, one node a line, in the order of computation: the fixture of graph tests. */
import { showShape } from './shape.ts';
import { type Tensor, topologicalOrder } from './tensor.ts';

/** `%2 = mul(%0, %1) : f32[3]` for every node the outputs need; numbers count from 0 in this print. */
export function printGraph(outputs: readonly Tensor[]): string {
  const names = new Map<Tensor, string>();
  const lines: string[] = [];
  for (const tensor of topologicalOrder(outputs)) {
    const name = `%${names.size}`;
    names.set(tensor, name);
    const entries = Object.entries(tensor.parameters).map(
      ([key, value]) => `${key}=${JSON.stringify(value)}`,
    );
    const operands = [...tensor.inputs.map((input) => names.get(input)!), ...entries].join(', ');
    lines.push(`${name} = ${tensor.op.name}(${operands}) : ${tensor.dtype}${showShape(tensor.shape)}`);
  }
  lines.push(`return ${outputs.map((output) => names.get(output)!).join(', ')}`);
  return lines.join('\n');
}
