/**
 * @file The sum of what a node receives from its consumers.
 *
 * The parameters of a network are one flat vector, cut into slices. The cotangent of a slice, seen in the vector, is the
 * slice's cotangent with zeros around it: a pad. Adding such pads would write the whole vector once for every slice.
 * Pads of disjoint ranges along one axis are therefore laid side by side: the flat gradient is one concat of its pieces,
 * with constant zeros where no piece lies.
 */
import { isNodeOf, type Tensor } from '../graph/tensor.ts';
import { add } from '../ops/arithmetic/add.ts';
import { concat } from '../ops/movement/concat.ts';
import { pad } from '../ops/movement/pad-slice.ts';
import { filled, zerosLike } from './zeros.ts';

/** A contribution that is zero but for a range along one axis. */
interface Piece {
  readonly padded: Tensor;
  readonly axis: number;
  readonly start: number;
  readonly end: number;
}

/** The sum of at least one contribution, all of one shape. */
export function accumulate(contributions: readonly Tensor[]): Tensor {
  if (contributions.length === 1) return contributions[0]!;
  const whole: Tensor[] = [];
  const byAxis = new Map<number, Piece[]>();
  for (const contribution of contributions) {
    const piece = pieceOf(contribution);
    if (piece === undefined) whole.push(contribution);
    else if (piece.start < piece.end) {
      const list = byAxis.get(piece.axis);
      if (list === undefined) byAxis.set(piece.axis, [piece]);
      else list.push(piece);
    }
  }
  const terms = [...whole, ...[...byAxis.values()].flatMap((pieces) => sideBySide(pieces).map(assemble))];
  return terms.length === 0 ? zerosLike(contributions[0]!) : terms.reduce((total, term) => add(total, term));
}

function pieceOf(contribution: Tensor): Piece | undefined {
  if (!isNodeOf(contribution, pad.op)) return undefined;
  const { low, high, interior } = contribution.parameters;
  const axes = low.flatMap((before, axis) => (before > 0 || high[axis]! > 0 ? [axis] : []));
  if (axes.length !== 1 || interior.some((gap) => gap > 0)) return undefined;
  const axis = axes[0]!;
  return { padded: contribution, axis, start: low[axis]!, end: contribution.shape[axis]! - high[axis]! };
}

/** Rows of pieces that do not overlap; as few rows as possible, since pieces are placed by their start. */
function sideBySide(pieces: readonly Piece[]): Piece[][] {
  const rows: Piece[][] = [];
  for (const piece of pieces.toSorted((a, b) => a.start - b.start)) {
    const row = rows.find((candidate) => candidate.at(-1)!.end <= piece.start);
    if (row === undefined) rows.push([piece]);
    else row.push(piece);
  }
  return rows;
}

function assemble(row: readonly Piece[]): Tensor {
  const { padded, axis } = row[0]!;
  if (row.length === 1) return padded;
  const parts: Tensor[] = [];
  let filledTo = 0;
  const zerosUntil = (position: number) => {
    if (position > filledTo) parts.push(filled(0, padded.shape.with(axis, position - filledTo)));
  };
  for (const piece of row) {
    zerosUntil(piece.start);
    parts.push(piece.padded.inputs[0]!);
    filledTo = piece.end;
  }
  zerosUntil(padded.shape[axis]!);
  return concat(parts, axis);
}
