/**
 * @file Lines of WGSL in nested scopes. Blocks are the scopes of a kernel (a row, the loop inside it); an expression is named in the
 * outermost block that knows its variables, so invariant code leaves loops, and once in all.
 */
import { indexDivision, u32 } from '../../graph/wgsl-numbers.ts';
import type { Index } from '../../indexing/index-expression.ts';
import type { Value } from './value.ts';

interface Block {
  readonly lines: string[];
  readonly memo: Map<string, Value>;
}

export class ScopedWriter {
  readonly #prefix: string;
  readonly #blocks: Block[] = [{ lines: [], memo: new Map() }];
  /** The block that is written to, at most the innermost one. */
  #current = 0;
  readonly #levels = new Map<string, number>();
  #names = 0;

  /** @param prefix keeps names of several writers of one module apart */
  constructor(prefix = '') {
    this.#prefix = prefix;
  }

  /** Makes a variable known that the kernel declares in the current block. */
  declare(name: string): void {
    this.#levels.set(name, this.#current);
  }

  /** The lines of the outermost block. */
  get text(): string {
    return this.#blocks[0]!.lines.join('\n');
  }

  line(text: string): void {
    this.#blocks[this.#current]!.lines.push(text);
  }

  /** A nested scope: `head { … }`, with the body written by `body`. */
  scope(head: string, body: () => void): void {
    const text = this.detached(body);
    this.line(`${head} {\n${text}\n}`);
  }

  /** The lines of a nested scope that the caller puts in place. */
  detached(body: () => void): string {
    const outer = this.#current;
    // Code moved out of a deeper scope may open one of its own: the deeper ones wait.
    const deeper = this.#blocks.splice(outer + 1);
    const inner: Block = { lines: [], memo: new Map() };
    this.#blocks.push(inner);
    this.#current = outer + 1;
    body();
    this.#blocks.splice(outer + 1);
    this.#blocks.push(...deeper);
    this.#current = outer;
    return inner.lines.join('\n');
  }

  /** A name that no other line of the module has. */
  fresh(letter = 'v'): string {
    return `${this.#prefix}${letter}${this.#names++}`;
  }

  /** The outermost block in which every variable of an index is known. */
  levelOfIndex(index: Index): number {
    let level = 0;
    for (const { atom } of index.terms)
      level = Math.max(
        level,
        atom.of === undefined ? (this.#levels.get(atom.key) ?? 0) : this.levelOfIndex(atom.of),
      );
    return level;
  }

  /** The block in which a name was declared; the outermost one where it is not known. */
  levelOf(name: string): number {
    return this.#levels.get(name) ?? 0;
  }

  #at<T>(level: number, write: () => T): T {
    const before = this.#current;
    this.#current = Math.min(level, before);
    const result = write();
    this.#current = before;
    return result;
  }

  /** What is known by a key in this block or one around it, or else is made in the block of that level. */
  remember(key: string, level: number, make: () => Value): Value {
    for (let block = 0; block <= this.#current; block++) {
      const found = this.#blocks[block]!.memo.get(key);
      if (found !== undefined) return found;
    }
    const value = this.#at(level, make);
    this.#blocks[Math.min(level, this.#current)]!.memo.set(key, value);
    return value;
  }

  /** Names an expression in the current block. */
  name(expression: string): string {
    const name = this.fresh();
    this.line(`let ${name} = ${expression};`);
    this.#levels.set(name, this.#current);
    return name;
  }

  /** Declares a variable of WGSL in the current block. */
  variable(type: string, initial: string): string {
    const name = this.fresh();
    this.line(`var ${name}: ${type} = ${initial};`);
    this.declare(name);
    return name;
  }

  /** A name that stands for an expression, known from here on. */
  named(text: string): string {
    const name = /^[a-z]+\w*$/.test(text)
      ? text
      : this.remember(`text:${text}`, this.#current, () => ({ text: this.name(text), width: 1 })).text;
    if (!this.#levels.has(name)) this.declare(name);
    return name;
  }

  /** WGSL text (u32) of an index without a lane. */
  indexText(index: Index): string {
    const parts: string[] = [];
    for (const { atom, coefficient } of index.terms) {
      let text = atom.key;
      if (atom.of !== undefined) {
        text = this.remember(`index:${atom.key}`, this.levelOfIndex(atom.of), () => {
          const dividend = this.indexText(atom.of!);
          return {
            text: this.name(indexDivision(dividend, atom.kind === 'quotient' ? '/' : '%', atom.by!)),
            width: 1,
          };
        }).text;
      }
      const size = Math.abs(coefficient);
      const term = size === 1 ? text : `${text} * ${u32(size)}`;
      parts.push(coefficient < 0 ? ` - ${term}` : ` + ${term}`);
    }
    // By their text, so that layers of other sizes give the same sum; first what is added, so that an unsigned difference reads in order.
    const subtracted = (part: string) => part.startsWith(' -');
    parts.sort((a, b) => Number(subtracted(a)) - Number(subtracted(b)) || (a < b ? -1 : 1));
    if (parts[0]?.startsWith(' +')) parts[0] = parts[0].slice(3);
    if (parts.length === 0) return u32(index.constant);
    if (parts[0]!.startsWith(' -')) parts.unshift(u32(Math.max(index.constant, 0)));
    else if (index.constant > 0) parts.push(` + ${u32(index.constant)}`);
    if (index.constant < 0) parts.push(` - ${u32(-index.constant)}`);
    return parts.join('');
  }
}
