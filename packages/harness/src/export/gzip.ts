import { gzipSync } from 'node:zlib';
import type { Sink } from '../publish/writer.ts';

/** How much text makes a member of the file: less than a hundredth is lost to members of their own. */
const memberCharacters = 2 ** 20;

/** A file that is compressed as it is written: gzip members one after another, which every reader of gzip takes for one file. */
export function gzipped(sink: Sink): Sink {
  let text = '';
  const flush = (): void => {
    if (text !== '') sink.write(gzipSync(text, { level: 9 }));
    text = '';
  };
  return {
    write: (piece) => {
      text += typeof piece === 'string' ? piece : Buffer.from(piece).toString('utf8');
      if (text.length >= memberCharacters) flush();
    },
    close: () => {
      flush();
      sink.close();
    },
  };
}
