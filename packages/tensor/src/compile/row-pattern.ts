/** @file The iteration space of a reduction: which stretches of the linear index are kept (rows) and which are combined. */

import type { Shape } from '../graph/shape.ts';
import { delinearize, type Index, linearize, variable } from '../indexing/index-expression.ts';

export interface Segment {
  readonly size: number;
  readonly reduced: boolean;
}

/** Neighbouring axes of one kind are one segment; axes of size 1 do not count. */
export interface RowPattern {
  readonly segments: readonly Segment[];
  readonly rows: number;
  readonly length: number;
  readonly key: string;
}

export function rowPattern(shape: Shape, axes: readonly number[]): RowPattern {
  const segments: Segment[] = [];
  shape.forEach((size, axis) => {
    if (size === 1) return;
    const reduced = axes.includes(axis);
    const last = segments[segments.length - 1];
    if (last !== undefined && last.reduced === reduced)
      segments[segments.length - 1] = { size: last.size * size, reduced };
    else segments.push({ size, reduced });
  });
  const product = (reduced: boolean) =>
    segments.reduce((size, segment) => (segment.reduced === reduced ? size * segment.size : size), 1);
  return {
    segments,
    rows: product(false),
    length: product(true),
    key: segments.map(({ size, reduced }) => `${reduced ? 'r' : 'k'}${size}`).join(' '),
  };
}

/** The row that element `linear` of the whole array belongs to. */
export function rowOf(pattern: RowPattern, linear: Index): Index {
  const sizes = pattern.segments.map((segment) => segment.size);
  const coordinates = delinearize(linear, sizes);
  const kept = pattern.segments.flatMap((segment, k) => (segment.reduced ? [] : [k]));
  return linearize(
    kept.map((k) => coordinates[k]!),
    kept.map((k) => sizes[k]!),
  );
}

/** The element of the whole array at place `position` of row `row`. */
export function elementOfRow(pattern: RowPattern, row: Index, position: Index): Index {
  const sizes = pattern.segments.map((segment) => segment.size);
  const pick = (reduced: boolean) => sizes.filter((_, k) => pattern.segments[k]!.reduced === reduced);
  const kept = delinearize(row, pick(false));
  const combined = delinearize(position, pick(true));
  let nextKept = 0;
  let nextCombined = 0;
  return linearize(
    pattern.segments.map((segment) => (segment.reduced ? combined[nextCombined++]! : kept[nextKept++]!)),
    sizes,
  );
}

/** The same rows with fewer elements each, as many as `count` in all; undefined where rows are not stretches of single elements side by side. */
export function shortened(pattern: RowPattern, count: number): RowPattern | undefined {
  const { segments, rows } = pattern;
  if (segments.length !== 2 || innermostIsReduced(pattern) || count % rows !== 0) return undefined;
  return rowPattern([count / rows, rows], [0]);
}

/** Whether neighbours in memory are neighbours within a row. */
export function innermostIsReduced(pattern: RowPattern): boolean {
  return pattern.segments[pattern.segments.length - 1]?.reduced ?? true;
}

/** The row variable over all elements, as used when reads are compared. */
export function canonicalRow(pattern: RowPattern): string {
  return rowOf(pattern, variable('i', pattern.rows * pattern.length)).key;
}
