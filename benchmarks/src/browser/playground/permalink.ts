/** @file A program in the fragment of an address: `#program=…`, deflated, in the letters of base64url. The server never sees it. */
import { longestProgram } from './limits.ts';

/** What a fragment asks for. */
export type Asked =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'example'; readonly name: string }
  | { readonly kind: 'program'; readonly text: string }
  | { readonly kind: 'damaged'; readonly sentence: string };

const damaged = (why: string): Asked => ({
  kind: 'damaged',
  sentence: `The link does not hold a program: ${why}. The first example is shown in its place.`,
});

/** The fragment of a program, with `#`. */
export async function fragmentOf(program: string): Promise<string> {
  const bytes = await through(new CompressionStream('deflate-raw'), new TextEncoder().encode(program));
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return `#program=${btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
}

/** Reads a fragment. Nothing of it is run. */
export async function readFragment(fragment: string): Promise<Asked> {
  const [, name, value = ''] = /^#(program|example)=(.*)$/.exec(fragment) ?? [];
  if (name === undefined) return { kind: 'nothing' };
  if (name === 'example') return { kind: 'example', name: value };
  if (value.length > 2 * longestProgram) return damaged('it is too long');
  try {
    const text = atob(value.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    // Text deflates to a thousandth at best: what comes out is bounded while it comes.
    const inflated = await through(new DecompressionStream('deflate-raw'), bytes, 4 * longestProgram);
    const program = new TextDecoder('utf-8', { fatal: true }).decode(inflated);
    return program.length > longestProgram ? damaged('it is too long') : { kind: 'program', text: program };
  } catch (error) {
    return damaged(
      error instanceof RangeError ? 'it is too long' : 'its letters are damaged or some are missing',
    );
  }
}

/** @throws RangeError for more than `most` bytes */
async function through(
  stream: CompressionStream | DecompressionStream,
  bytes: Uint8Array<ArrayBuffer>,
  most = Number.POSITIVE_INFINITY,
): Promise<Uint8Array<ArrayBuffer>> {
  const writer = stream.writable.getWriter();
  // What goes wrong here goes wrong for the reader too.
  void writer.write(bytes).catch(() => {});
  void writer.close().catch(() => {});
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = stream.readable.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    length += part.value.length;
    if (length > most) throw new RangeError('too long');
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
