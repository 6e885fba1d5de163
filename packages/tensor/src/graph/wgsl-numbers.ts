/**
 * @file Numbers in unfinished WGSL. Kernels that are identical modulo their constants may share one module (compile/shared-modules.ts), so a number
 * that comes from a shape or a parameter is written as a token until it is known whether it is a literal or read from a uniform buffer. Tokens
 * are delimited by characters for private use, which WGSL has nowhere else.
 */

const [numberStart, divisionStart, dividendStart, end] = ['\uE000', '\uE001', '\uE002', '\uE003'];

export type DivisionOperator = '/' | '%';

/** A number of the type u32. */
export function u32(value: number): string {
  return `${numberStart}${value >>> 0}u${end}`;
}

/** A number of the type f32: finite and not negative. */
export function f32(value: number): string {
  return `${numberStart}${Math.fround(value)}f${end}`;
}

/** The quotient or remainder of an index, which is text of unfinished WGSL, by a number. */
export function indexDivision(dividend: string, operator: DivisionOperator, divisor: number): string {
  return `${divisionStart}${operator}${u32(divisor)}${dividendStart}${dividend}${end}`;
}

/** How a number, and a division by one, are written in the end. */
export interface NumberWriter {
  /** @param literal with its suffix: `12u`, `0.5f` */
  number(literal: string): string;
  division(dividend: string, operator: DivisionOperator, divisor: string): string;
}

const literals: NumberWriter = {
  number: (literal) => literal,
  division: (dividend, operator, divisor) => `(${dividend}) ${operator} ${divisor}`,
};

const tokens = new RegExp(`[${numberStart}${divisionStart}${end}]`, 'g');

/** Finishes WGSL: the dividend of a division is written before its divisor. By default every number becomes a literal. */
export function writeNumbers(text: string, writer: NumberWriter = literals): string {
  let at = 0;
  /** What stands before the end of a dividend, or of the text. */
  const upToEnd = (): string => {
    let written = '';
    for (;;) {
      // Searched for, as kernels are thousands of characters with a token here and there.
      tokens.lastIndex = at;
      const next = tokens.exec(text)?.index ?? text.length;
      written += text.slice(at, next);
      at = next + 1;
      if (text[next] === numberStart) written += writer.number(literal());
      else if (text[next] === divisionStart) written += division();
      else return written;
    }
  };
  const literal = (): string => {
    const start = at;
    at = text.indexOf(end, start) + 1;
    return text.slice(start, at - 1);
  };
  const division = (): string => {
    const operator = text[at] as DivisionOperator;
    at += 2;
    const divisor = literal();
    at++;
    return writer.division(upToEnd(), operator, divisor);
  };
  return upToEnd();
}
