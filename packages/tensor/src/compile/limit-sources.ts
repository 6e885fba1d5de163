/**
 * @file Adapters bind few buffers to one kernel: 8 at the least, 12 on SwiftShader. A long expression over many arrays, such as the
 * third derivative of a batch norm, may read more; then parts of it are materialised, and the rest reads those.
 */
import type { Tensor } from '../graph/tensor.ts';

/** What the choice of materialised nodes already says. */
export interface StoredSoFar {
  /** Values that lie in memory without being computed. */
  readonly isLeafInMemory: (tensor: Tensor) => boolean;
  /** Nodes to be materialised; more are added. */
  readonly wanted: Set<Tensor>;
  /** Concatenations put together in memory: no kernel reads all their parts at once. */
  readonly isAssembled: (tensor: Tensor) => boolean;
  /** The node that has to be materialised for an input to be read from memory: what lies under its movements. */
  readonly storable: (tensor: Tensor) => Tensor;
}

/**
 * Adds nodes to `wanted` until every materialised node reads at most `most` arrays.
 *
 * @param order inputs before consumers
 */
export function limitSources(order: readonly Tensor[], soFar: StoredSoFar, most: number): void {
  const { isLeafInMemory, wanted, isAssembled, storable } = soFar;
  const sources = new Map<Tensor, ReadonlySet<Tensor>>();
  const unionOf = (inputs: readonly Tensor[]): Set<Tensor> => {
    const union = new Set<Tensor>();
    for (const input of inputs) for (const source of sources.get(input)!) union.add(source);
    return union;
  };
  for (const tensor of order) {
    if (isLeafInMemory(tensor) || isAssembled(tensor)) {
      sources.set(tensor, new Set([tensor]));
      continue;
    }
    let read = unionOf(tensor.inputs);
    while (read.size > most) {
      // The input that reads most: materialised, it is read as one array.
      const widest = tensor.inputs.reduce((a, b) => (sources.get(b)!.size > sources.get(a)!.size ? b : a));
      if (sources.get(widest)!.size <= 1) break;
      const stored = storable(widest);
      wanted.add(stored);
      sources.set(stored, new Set([stored]));
      sources.set(widest, new Set([stored]));
      read = unionOf(tensor.inputs);
    }
    sources.set(tensor, wanted.has(tensor) ? new Set([tensor]) : read);
  }
}
