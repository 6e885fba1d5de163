/**
 * @file Integer index expressions: sums of coefficient × atom plus a constant, simplified as they are built.
 *
 * An atom is a variable with a known number of values, a quotient, a remainder, or a value known only at run time. Reading a
 * contiguous array through any chain of reshapes must come out as the plain linear index again; the rules below are the few that
 * make it so.
 */

export interface Atom {
  readonly key: string;
  /** Values lie in 0 … count − 1. */
  readonly count: number;
  readonly kind: 'variable' | 'quotient' | 'remainder';
  /** The dividend, of quotients and remainders. */
  readonly of?: Index;
  readonly by?: number;
}

interface Term {
  readonly atom: Atom;
  readonly coefficient: number;
}

/** Σ coefficient · atom + constant. Immutable; `key` is equal exactly for equal sums. */
export class Index {
  readonly terms: readonly Term[];
  readonly constant: number;
  readonly key: string;
  readonly min: number;
  readonly max: number;

  constructor(terms: readonly Term[], constant: number) {
    this.terms = terms;
    this.constant = constant;
    let key = String(constant);
    let min = constant;
    let max = constant;
    for (const { atom, coefficient } of terms) {
      key += `+${coefficient}*${atom.key}`;
      const reach = coefficient * (atom.count - 1);
      if (reach < 0) min += reach;
      else max += reach;
    }
    this.key = key;
    this.min = min;
    this.max = max;
  }
}

const atomOrder = (a: Term, b: Term) => (a.atom.key < b.atom.key ? -1 : a.atom.key > b.atom.key ? 1 : 0);

function fromTerms(terms: Map<string, Term>, constant: number): Index {
  recombine(terms);
  const list = [...terms.values()].filter((term) => term.coefficient !== 0);
  list.sort(atomOrder);
  return new Index(list, constant);
}

/** c·(X mod d) + c·d·(X div d) = c·X, repeated until nothing matches. X is a single atom or a sum. */
function recombine(terms: Map<string, Term>): void {
  for (let changed = true; changed; ) {
    changed = false;
    for (const [key, { atom, coefficient }] of terms) {
      if (atom.kind !== 'remainder' || coefficient === 0) continue;
      const quotient = divide(atom.of!, atom.by!);
      if (quotient.terms.length !== 1 || quotient.constant !== 0 || quotient.terms[0]!.coefficient !== 1)
        continue;
      const quotientKey = quotient.terms[0]!.atom.key;
      const match = terms.get(quotientKey);
      if (match === undefined || match.coefficient !== coefficient * atom.by!) continue;
      if (atom.of!.constant !== 0) continue;
      terms.delete(key);
      terms.delete(quotientKey);
      for (const inner of atom.of!.terms) {
        const old = terms.get(inner.atom.key)?.coefficient ?? 0;
        terms.set(inner.atom.key, { atom: inner.atom, coefficient: old + coefficient * inner.coefficient });
      }
      changed = true;
      break;
    }
  }
}

export function constantIndex(value: number): Index {
  return new Index([], value);
}

/** A variable with `count` values, 0 … count − 1; one value means the constant 0. */
export function variable(name: string, count: number): Index {
  if (count === 1) return constantIndex(0);
  return new Index([{ atom: { key: name, count, kind: 'variable' }, coefficient: 1 }], 0);
}

/** A value known only at run time, 0 … count − 1: it keeps its name even when it can only be 0. */
export function opaque(name: string, count: number): Index {
  return new Index([{ atom: { key: name, count: Math.max(count, 1), kind: 'variable' }, coefficient: 1 }], 0);
}

export function plus(a: Index, b: Index): Index {
  if (b.terms.length === 0) return b.constant === 0 ? a : new Index(a.terms, a.constant + b.constant);
  if (a.terms.length === 0) return a.constant === 0 ? b : new Index(b.terms, a.constant + b.constant);
  const terms = new Map(a.terms.map((term) => [term.atom.key, term]));
  for (const { atom, coefficient } of b.terms) {
    const old = terms.get(atom.key)?.coefficient ?? 0;
    terms.set(atom.key, { atom, coefficient: old + coefficient });
  }
  return fromTerms(terms, a.constant + b.constant);
}

export function times(a: Index, factor: number): Index {
  if (factor === 1) return a;
  if (factor === 0) return constantIndex(0);
  return new Index(
    a.terms.map(({ atom, coefficient }) => ({ atom, coefficient: coefficient * factor })),
    a.constant * factor,
  );
}

/** E = divisor · whole + rest, with `rest` holding what is not a multiple of the divisor. */
function split(a: Index, divisor: number): { whole: Index; rest: Index } {
  const constant = ((a.constant % divisor) + divisor) % divisor;
  return {
    whole: new Index(
      a.terms
        .filter((t) => t.coefficient % divisor === 0)
        .map((t) => ({ atom: t.atom, coefficient: t.coefficient / divisor })),
      (a.constant - constant) / divisor,
    ),
    rest: new Index(
      a.terms.filter((t) => t.coefficient % divisor !== 0),
      constant,
    ),
  };
}

/** The largest proper factor g of `divisor` for which a = g·scaled + small with 0 ≤ small < g, and scaled is not constant. */
function commonFactor(
  a: Index,
  divisor: number,
): { factor: number; scaled: Index; small: Index } | undefined {
  let factor = divisor;
  for (const { coefficient } of a.terms) {
    const shared = greatestCommonDivisor(Math.abs(coefficient), divisor);
    if (shared > 1 && shared < factor) factor = shared;
  }
  if (factor === 1 || factor === divisor) return undefined;
  const { whole, rest } = split(a, factor);
  if (whole.terms.length === 0 || rest.min < 0 || rest.max >= factor) return undefined;
  return { factor, scaled: whole, small: rest };
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

/** floor(a / divisor), for a that is never negative where it is used. */
export function divide(a: Index, divisor: number): Index {
  if (divisor === 1) return a;
  const { whole, rest } = split(a, divisor);
  if (rest.min >= 0 && rest.max < divisor) return whole;
  if (rest.min >= 0 && (whole.terms.length > 0 || whole.constant !== 0))
    return plus(whole, divide(rest, divisor));
  const common = commonFactor(a, divisor);
  if (common !== undefined) return divide(common.scaled, divisor / common.factor);
  const only = a.terms[0];
  if (a.terms.length === 1 && a.constant === 0 && only!.coefficient === 1 && only!.atom.kind === 'quotient')
    return divide(only!.atom.of!, only!.atom.by! * divisor);
  const count = Math.floor(Math.max(a.max, 0) / divisor) + 1;
  const atom: Atom = { key: `(${a.key})/${divisor}`, count, kind: 'quotient', of: a, by: divisor };
  return new Index([{ atom, coefficient: 1 }], 0);
}

/** a mod divisor, for a that is never negative where it is used. */
export function remainder(a: Index, divisor: number): Index {
  if (divisor === 1) return constantIndex(0);
  const { rest } = split(a, divisor);
  if (rest.min >= 0 && rest.max < divisor) return rest;
  const dividend = rest.min >= 0 ? rest : a;
  const common = commonFactor(dividend, divisor);
  if (common !== undefined)
    return plus(times(remainder(common.scaled, divisor / common.factor), common.factor), common.small);
  const atom: Atom = {
    key: `(${dividend.key})%${divisor}`,
    count: divisor,
    kind: 'remainder',
    of: dividend,
    by: divisor,
  };
  return new Index([{ atom, coefficient: 1 }], 0);
}

/** Row-major linear index of coordinates in a shape. */
export function linearize(coordinates: readonly Index[], shape: readonly number[]): Index {
  let result = constantIndex(0);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    result = plus(result, times(coordinates[axis]!, stride));
    stride *= shape[axis]!;
  }
  return result;
}

/** Coordinates in a shape of a row-major linear index. */
export function delinearize(linear: Index, shape: readonly number[]): Index[] {
  const coordinates = new Array<Index>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis]!;
    if (size === 1) coordinates[axis] = constantIndex(0);
    else {
      const quotient = divide(linear, stride);
      // The outermost coordinate needs no remainder: the linear index stays inside the array.
      coordinates[axis] = quotient.max < size && quotient.min >= 0 ? quotient : remainder(quotient, size);
    }
    stride *= size;
  }
  return coordinates;
}

/** Whether a variable occurs, also inside quotients and remainders. */
export function mentions(a: Index, name: string): boolean {
  return a.terms.some(({ atom }) => atom.key === name || (atom.of !== undefined && mentions(atom.of, name)));
}

/** Replaces a variable everywhere and simplifies again. */
export function substitute(a: Index, name: string, value: Index): Index {
  let result = constantIndex(a.constant);
  for (const { atom, coefficient } of a.terms) {
    let replaced: Index;
    if (atom.key === name) replaced = value;
    else if (atom.of === undefined || !mentions(atom.of, name))
      replaced = new Index([{ atom, coefficient: 1 }], 0);
    else {
      const inner = substitute(atom.of, name, value);
      replaced = atom.kind === 'quotient' ? divide(inner, atom.by!) : remainder(inner, atom.by!);
    }
    result = plus(result, times(replaced, coefficient));
  }
  return result;
}

/** The coefficient of a variable that occurs in no quotient or remainder; undefined if it occurs in one. */
export function coefficientOf(a: Index, name: string): number | undefined {
  let coefficient = 0;
  for (const { atom, coefficient: own } of a.terms) {
    if (atom.key === name) coefficient = own;
    else if (atom.of !== undefined && mentions(atom.of, name)) return undefined;
  }
  return coefficient;
}

/** Whether every value of the sum is surely a multiple of `factor`. */
export function isMultipleOf(a: Index, factor: number): boolean {
  return a.constant % factor === 0 && a.terms.every((term) => term.coefficient % factor === 0);
}
