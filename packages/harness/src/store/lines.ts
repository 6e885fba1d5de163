import { closeSync, openSync, readSync } from 'node:fs';

const chunkBytes = 2 ** 20;

/**
 * The lines of a file as bytes, without their ends, one at a time: what is held is one chunk and one line, however large the file is (a string
 * ends at 512 MB).
 *
 * @param longestBytes a longer line is passed over in bounded memory; `undefined` comes in its place
 * @throws what the system says about a file that cannot be read
 */
export function* linesOf(path: string, longestBytes: number): Generator<Uint8Array | undefined> {
  const file = openSync(path, 'r');
  try {
    const chunk = Buffer.alloc(chunkBytes);
    let parts: Buffer[] = [];
    let held = 0;
    const line = (last: Buffer): Uint8Array | undefined =>
      held + last.length > longestBytes ? undefined : Buffer.concat([...parts, last]);
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
      let start = 0;
      for (let end = chunk.indexOf(10); end >= 0 && end < read; end = chunk.indexOf(10, start)) {
        yield line(chunk.subarray(start, end));
        [parts, held, start] = [[], 0, end + 1];
      }
      const rest = chunk.subarray(start, read);
      // A line beyond the limit is counted and no longer kept.
      if (held + rest.length > longestBytes) parts = [];
      else parts.push(Buffer.from(rest));
      held += rest.length;
    }
    if (held > 0) yield line(Buffer.alloc(0));
  } finally {
    closeSync(file);
  }
}
