/**
 * @file Kernels that are identical modulo their constants become one module, compiled once.
 *
 * The layers of a network give kernels of the same text with other sizes, and a software adapter needs a tenth of a second or more
 * to compile each. The emitter writes numbers as tokens (graph/wgsl-numbers.ts). Where two modules of a program are equal but for their numbers, those
 * that differ (and no others: what is the same in all of them stays a literal) move into a uniform buffer, from which the adapter reads them for next
 * to nothing. A kernel that no other resembles keeps all its numbers.
 */
import { type NumberWriter, writeNumbers } from '../graph/wgsl-numbers.ts';
import type { Kernel, UnfinishedKernel } from './fusions/fusion-kernel.ts';
import type { Region } from './storage.ts';

/** Bytes from one kernel's numbers to the next: what every adapter accepts as an offset of a uniform buffer. */
const numbersStride = 256;
const mostNumbers = numbersStride / 4;

/** Indices below this are divided by a multiplication, see `quotient`. */
export const quickIndices = 2 ** 22;

/**
 * Division of an index by a number of the buffer: 18 ns for 8 lanes in the ordinary way, 2.8 by a constant, less than that so. With
 * n < 2^22, (n + ½) / d is at least ½ / d away from a whole number, and the error of the product is less.
 */
export const quotientFunctions = `fn quotient(n: u32, reciprocal: f32) -> u32 { return u32((f32(n) + 0.5) * reciprocal); }
fn remainder(n: u32, d: u32, reciprocal: f32) -> u32 { return n - quotient(n, reciprocal) * d; }
`;

/** A kernel with nothing but literals. */
export function finishAlone({ text, ...kernel }: UnfinishedKernel): Kernel {
  return { ...kernel, wgsl: `${kernel.source.enables}${writeNumbers(text)}` };
}

/** Finishes the kernels of a program: those that are identical modulo their constants get one module. */
export function shareModules(kernels: readonly UnfinishedKernel[]): readonly Kernel[] {
  const families = new Map<string, UnfinishedKernel[]>();
  for (const kernel of kernels) {
    if (!kernel.regions.every(hasQuickIndices)) continue;
    const key = familyOf(kernel);
    families.set(key, [...(families.get(key) ?? []), kernel]);
  }
  const shared = new Map<UnfinishedKernel, Kernel>();
  for (const family of families.values()) {
    if (new Set(family.map(({ text }) => text)).size < 2) continue;
    for (const [k, kernel] of oneModule(family).entries())
      if (kernel.numbers!.length <= mostNumbers) shared.set(family[k]!, kernel);
  }
  return kernels.map((kernel) => shared.get(kernel) ?? finishAlone(kernel));
}

/** What is left of a kernel without its numbers: where it is equal, kernels can share a module. */
export function familyOf({ source, text }: UnfinishedKernel): string {
  return `${source.enables}${writeNumbers(text, namesOfTypes)}`;
}

const hasQuickIndices = ({ elements }: Region): boolean => elements < quickIndices;

const typeOf = (literal: string) => literal.at(-1);

/** What is left of a number in the text that kernels of one module have in common. */
const namesOfTypes: NumberWriter = {
  number: (literal) => `#${typeOf(literal)}`,
  division: (dividend, operator) => `(${dividend}) ${operator} #u`,
};

const words = new DataView(new ArrayBuffer(4));

function floatWord(value: number): number {
  words.setFloat32(0, value);
  return words.getUint32(0);
}

function wordOf(literal: string): number {
  const value = Number(literal.slice(0, -1));
  return typeOf(literal) === 'u' ? value : floatWord(value);
}

/** The numbers of a kernel in the order in which they stand in its text. */
function numbersOf({ text }: UnfinishedKernel): readonly string[] {
  const numbers: string[] = [];
  writeNumbers(text, {
    number: (literal) => {
      numbers.push(literal);
      return '';
    },
    division: (_dividend, _operator, divisor) => {
      numbers.push(divisor);
      return '';
    },
  });
  return numbers;
}

/** The words of a uniform buffer, and where each column of numbers, one for each kernel, has its place. */
class NumberTable {
  readonly columns: (readonly number[])[] = [];
  readonly #places = new Map<string, string>();

  placeOf(column: readonly number[]): string {
    const key = column.join();
    let place = this.#places.get(key);
    if (place === undefined) {
      place = `numbers[${this.columns.length >>> 2}].${'xyzw'[this.columns.length & 3]}`;
      this.#places.set(key, place);
      this.columns.push(column);
    }
    return place;
  }

  floatAt(column: readonly number[]): string {
    return `bitcast<f32>(${this.placeOf(column)})`;
  }
}

function oneModule(family: readonly UnfinishedKernel[]): Kernel[] {
  const [{ source, text, regions }] = family as [UnfinishedKernel, ...UnfinishedKernel[]];
  const numbers = family.map(numbersOf);
  const table = new NumberTable();
  /** The text with places of the table where the kernels differ. The buffers' declarations have no numbers, so it may be without them. */
  const write = (unfinished: string): string => {
    let position = 0;
    /** The words of the next number where the kernels differ in it. */
    const next = (literal: string): readonly number[] | undefined => {
      const own = numbers.map((all) => all[position]!);
      position++;
      return own.every((other) => other === literal) ? undefined : own.map(wordOf);
    };
    return writeNumbers(unfinished, {
      number: (literal) => {
        const column = next(literal);
        if (column === undefined) return literal;
        return typeOf(literal) === 'u' ? table.placeOf(column) : table.floatAt(column);
      },
      division: (dividend, operator, divisor) => {
        const divisors = next(divisor);
        if (divisors === undefined) return `(${dividend}) ${operator} ${divisor}`;
        const reciprocal = table.floatAt(divisors.map((one) => floatWord(1 / one)));
        return operator === '/'
          ? `quotient(${dividend}, ${reciprocal})`
          : `remainder(${dividend}, ${table.placeOf(divisors)}, ${reciprocal})`;
      },
    });
  };
  const body = write(text);
  const code = write(source.code);
  const vectors = Math.ceil(table.columns.length / 4);
  const declaration = `@group(0) @binding(${regions.length}) var<uniform> numbers: array<vec4<u32>, ${vectors}>;\n`;
  const wgsl = `${source.enables}${declaration}${quotientFunctions}${body}`;
  return family.map(({ text: _text, ...kernel }, k) => ({
    ...kernel,
    wgsl,
    source: { ...kernel.source, code },
    numbers: table.columns.map((column) => column[k]!),
  }));
}

/** Where each kernel's numbers begin in the buffer of a program, in bytes; undefined for a kernel without. */
export function numbersLayout(kernels: readonly Kernel[]): {
  readonly bytes: number;
  readonly offsets: readonly (number | undefined)[];
} {
  let bytes = 0;
  const offsets = kernels.map(({ numbers }) => {
    if (numbers === undefined) return undefined;
    bytes += numbersStride;
    return bytes - numbersStride;
  });
  return { bytes, offsets };
}
