/**
 * @file Kernels that differ in their numbers alone become one module, compiled once.
 *
 * The layers of a network give kernels of the same text with other sizes, and a software adapter needs a tenth of a second or more
 * to compile each. Where two modules of a program are equal but for numbers, those numbers (and no others: what is constant
 * in all of them stays constant) move into a uniform buffer, from which the adapter reads them for next to nothing. A kernel
 * that has no twin keeps all its constants.
 */
import type { Region } from './storage.ts';
import type { Kernel } from './units/unit-kernel.ts';

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

/** Numbers that may move: unsigned integers and floats with their suffix. */
const literal = /(?<![\w.])(?:\d+u|\d+(?:\.\d+)?(?:e[+-]?\d+)?f)(?![\w.])/g;
const constant = /^const (\w+)(?:: (\w+))? = (.*);$/gm;
/** What must be known when compiling: sizes of arrays and of workgroups. */
const sizes = /array<(?:[^<>]|<[^<>]*>)*, ([^<>]*)>|@workgroup_size\(([^)]*)\)/g;
const indexDivision = /^let (\w+) = \(([^()]*)\) ([/%]) (numbers\[\d+\]\.[xyzw]);$/gm;

interface Module {
  readonly kernel: Kernel;
  /** The text between the numbers that may move. */
  readonly pieces: readonly string[];
  readonly numbers: readonly string[];
  /** Constants that arrays or workgroups are sized by. */
  readonly fixed: ReadonlySet<string>;
}

/** Gives kernels with equal modules but for numbers one module. The others stay as they are. */
export function shareModules(kernels: readonly Kernel[]): readonly Kernel[] {
  const families = new Map<string, Module[]>();
  for (const kernel of kernels) {
    if (!kernel.regions.every(hasQuickIndices)) continue;
    const module = takeApart(kernel);
    const key = module.pieces.join('#');
    families.set(key, [...(families.get(key) ?? []), module]);
  }
  const shared = new Map<Kernel, Kernel>();
  for (const family of families.values()) {
    if (new Set(family.map(({ kernel }) => kernel.wgsl)).size < 2) continue;
    for (const [k, kernel] of oneModule(family).entries())
      if (kernel.numbers!.length <= mostNumbers) shared.set(family[k]!.kernel, kernel);
  }
  return kernels.map((kernel) => shared.get(kernel) ?? kernel);
}

const hasQuickIndices = ({ elements }: Region): boolean => elements < quickIndices;

function takeApart(kernel: Kernel): Module {
  const { wgsl } = kernel;
  const definitions = [...wgsl.matchAll(constant)];
  const expressions = new Map(definitions.map(([, name, , expression]) => [name!, expression!]));
  const fixed = new Set<string>();
  const fix = (expression: string): void => {
    for (const [name] of expression.matchAll(/[A-Za-z_]\w*/g)) {
      const definition = expressions.get(name);
      if (definition === undefined || fixed.has(name)) continue;
      fixed.add(name);
      fix(definition);
    }
  };
  for (const [, array, workgroup] of wgsl.matchAll(sizes)) fix(array ?? workgroup!);
  // A constant of unnamed type cannot become a function.
  for (const [, name, type] of definitions) if (type === undefined) fix(name!);

  const spans = [
    ...[...wgsl.matchAll(sizes)],
    ...definitions.filter(([, name]) => fixed.has(name!)),
    ...wgsl.matchAll(/\/\/.*$/gm),
  ]
    .map((match): [number, number] => [match.index, match.index + match[0].length])
    .sort(([a], [b]) => a - b);
  const pieces: string[] = [];
  const numbers: string[] = [];
  let end = 0;
  let next = 0;
  for (const match of wgsl.matchAll(literal)) {
    while (next < spans.length && spans[next]![1] <= match.index) next++;
    if (next < spans.length && match.index >= spans[next]![0]) continue;
    // Integers and floats are no twins of each other.
    pieces.push(`${wgsl.slice(end, match.index)}${match[0].endsWith('u') ? 'u' : 'f'}`);
    numbers.push(match[0]);
    end = match.index + match[0].length;
  }
  pieces.push(wgsl.slice(end));
  return { kernel, pieces, numbers, fixed };
}

const words = new DataView(new ArrayBuffer(4));

function floatWord(value: number): number {
  words.setFloat32(0, value);
  return words.getUint32(0);
}

function wordOf(number: string): number {
  const value = Number(number.slice(0, -1));
  return number.endsWith('u') ? value : floatWord(value);
}

function oneModule(family: readonly Module[]): Kernel[] {
  const [{ pieces, numbers, fixed }] = family as [Module, ...Module[]];
  const columns: (readonly number[])[] = [];
  const places = new Map<string, string>();
  /** Where the buffer has these numbers, one for each kernel. */
  const placeOf = (column: readonly number[]): string => {
    const key = column.join();
    let place = places.get(key);
    if (place === undefined) {
      place = `numbers[${columns.length >>> 2}].${'xyzw'[columns.length & 3]}`;
      places.set(key, place);
      columns.push(column);
    }
    return place;
  };
  let text = '';
  numbers.forEach((number, k) => {
    const own = family.map((module) => module.numbers[k]!);
    const same = own.every((other) => other === number);
    const place = same ? number : placeOf(own.map(wordOf));
    text += pieces[k]!.slice(0, -1) + (same || number.endsWith('u') ? place : `bitcast<f32>(${place})`);
  });
  text += pieces.at(-1)!;

  text = text.replace(indexDivision, (_, name: string, dividend: string, operator: string, place: string) => {
    const divisors = columns[[...places.values()].indexOf(place)]!;
    const reciprocal = `bitcast<f32>(${placeOf(divisors.map((divisor) => floatWord(1 / divisor)))})`;
    return operator === '/'
      ? `let ${name} = quotient(${dividend}, ${reciprocal});`
      : `let ${name} = remainder(${dividend}, ${place}, ${reciprocal});`;
  });
  text = constantsAsFunctions(text, fixed);
  const { regions } = family[0]!.kernel;
  const vectors = Math.ceil(columns.length / 4);
  const declaration = `@group(0) @binding(${regions.length}) var<uniform> numbers: array<vec4<u32>, ${vectors}>;\n`;
  const enables = /^(?:enable .*;\n)*/.exec(text)![0];
  const wgsl = `${enables}${declaration}${quotientFunctions}${text.slice(enables.length)}`;
  return family.map(({ kernel }, k) => ({ ...kernel, wgsl, numbers: columns.map((column) => column[k]!) }));
}

/** Constants that depend on a number of the buffer are computed where they are used. */
function constantsAsFunctions(text: string, fixed: ReadonlySet<string>): string {
  const moved = new Set<string>();
  const definitions = [...text.matchAll(constant)].filter(([, name]) => !fixed.has(name!));
  for (let before = -1; before < moved.size; ) {
    before = moved.size;
    for (const [, name, , expression] of definitions)
      if (
        /\bnumbers\[/.test(expression!) ||
        [...expression!.matchAll(/\w+/g)].some(([word]) => moved.has(word))
      )
        moved.add(name!);
  }
  if (moved.size === 0) return text;
  const uses = new RegExp(`\\b(?:${[...moved].join('|')})\\b(?!\\()`, 'g');
  return text
    .replace(uses, '$&()')
    .replace(/^const (\w+)\(\): (\w+) = (.*);$/gm, 'fn $1() -> $2 { return $3; }');
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
