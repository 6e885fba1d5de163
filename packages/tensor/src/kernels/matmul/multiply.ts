/** @file The products of one turn of a tile, two steps of k, in the WGSL that the driver makes most of. */

import { sharesByNumber } from '../share.ts';
import { readWgsl } from '../source.ts';

const loops = readWgsl(new URL('./multiply-loops.wgsl', import.meta.url));

/**
 * Loops, step by step, where each lane has one vector of lines. Line by line, written out, where it has several, so that a line's sums, which lie in
 * memory, are read and written once a turn: 32 × 64 results 32 GFLOP per CPU second, 20 step by step. Written out, too, where `share` is a choice
 * among lanes: in loops of that size the driver leaves it one, and 20 GFLOP become 2 (llvmpipe, AMD Zen 4, 2026-11).
 */
export function multiplyText(tile: number, quads: number, sharers: number): string {
  if (quads === 1 && !sharesByNumber(sharers)) return loops;
  const values = [0, 1].flatMap((step) =>
    Array.from(
      { length: quads },
      (_, quad) => `let value${step}${quad} = vector_value(right, ${step}u, ${quad}u);`,
    ),
  );
  const lines = Array.from({ length: tile }, (_, line) =>
    [0, 1].flatMap((step) => [
      `let common${line}_${step} = vec4<f32>(broadcast_value(left, ${line}u, ${step}u));`,
      ...Array.from({ length: quads }, (_, quad) => {
        const sum = `sum[${line * quads + quad}]`;
        return `${sum} = fma(common${line}_${step}, value${step}${quad}, ${sum});`;
      }),
    ]),
  );
  return [...values, ...lines.flat()].join('\n');
}

/**
 * The sums of all lines move up by one line, written out: the driver unrolls about 32 turns of a loop, and an array that is indexed by the turn of one
 * that it leaves lies in memory, also where it is read by constants.
 */
export function nextLineText(tile: number, quads: number): string {
  return Array.from({ length: (tile - 1) * quads }, (_, at) => `sum[${at}] = sum[${at + quads}];`).join('\n');
}
