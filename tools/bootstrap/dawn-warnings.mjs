/**
 * @file Two lines that Dawn writes to stderr at every start of a driver that claims a million dynamic buffers, as Mesa's do. They say
 * that a limit which nothing here comes near was lowered, Dawn has no switch for them, and a user can do nothing about them. All
 * else that Dawn or a driver says is passed on.
 */
import { Transform } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

const starts = ['Uniform', 'Storage'].map(
  (kind) => `Warning: maxDynamic${kind}BuffersPerPipelineLayout artificially reduced from `,
);

/**
 * @param {string} line
 * @returns {boolean} whether it is one of the two
 */
export function isLoweredLimit(line) {
  return starts.some((start) => line.startsWith(start));
}

/** @returns {Transform} passes on all text but those lines, at once: only what may become one of them waits for its end */
export function withoutLoweredLimits() {
  const decoder = new StringDecoder('utf8');
  // What was read of the present line and not yet passed on, and whether any of that line was.
  let held = '';
  let begun = false;
  /** @param {string} text */
  const pass = (text) => {
    let passed = '';
    for (const piece of (held + text).split(/(?<=\n)/)) {
      const mayBecome = !begun && !piece.endsWith('\n') && starts.some((start) => start.startsWith(piece));
      const isOne = !begun && isLoweredLimit(piece);
      held = mayBecome || (isOne && !piece.endsWith('\n')) ? piece : '';
      if (held !== '' || isOne) continue;
      passed += piece;
      begun = !piece.endsWith('\n');
    }
    return passed;
  };
  return new Transform({
    transform: (chunk, _, done) => done(null, pass(decoder.write(chunk))),
    flush: (done) => done(null, isLoweredLimit(held) ? '' : held),
  });
}
