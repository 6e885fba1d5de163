/** Frames of this package's files: the reader of a leak report wants to know who called them. Its tests are callers too. */
const ownFiles = /[\\/]tensor[\\/](?:src|dist)[\\/](?!.*\.test\.)/;

/**
 * Where the caller of this package stands, as `function (file:line:column)`, or `unknown place`. The text is made when it is asked
 * for: writing a stack out reads source maps, which costs the first buffers of a program more than all else about them.
 */
export function callSite(): () => string {
  const here = new Error();
  return () => {
    const frames = (here.stack ?? '').split('\n').slice(1);
    const frame = frames.find((line) => !ownFiles.test(line));
    return frame === undefined ? 'unknown place' : frame.trim().replace(/^at /, '');
  };
}
