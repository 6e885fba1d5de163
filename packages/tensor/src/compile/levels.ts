/** @file How many values a node has in the fusion group that computes it. */
import { elementCount } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { RowPattern } from './row-pattern.ts';

/** What decides it of a fusion group. */
interface Group {
  readonly kind: string;
  readonly nodes: readonly Tensor[];
  readonly count: number;
  readonly pattern: RowPattern | undefined;
}

/** Where a node computed in a fusion group lives: once an element, once a row, or once for several elements of a row, as what a pool makes of its windows. */
export type Level = 'whole' | 'row' | 'pooled';

export function levelOf(tensor: Tensor, fusion: Group): Level {
  if (fusion.kind !== 'reduction') return 'whole';
  if (tensor.op.lower.kind === 'reduction') return 'row';
  const count = elementCount(tensor.shape);
  return count === fusion.count ? 'whole' : count === fusion.pattern!.rows ? 'row' : 'pooled';
}

/** Whether a fusion group reads elements of its rows again for what it pools, after others of the row were written. */
export function readsRowsAgain(fusion: Group): boolean {
  return fusion.nodes.some((tensor) => levelOf(tensor, fusion) === 'pooled');
}
