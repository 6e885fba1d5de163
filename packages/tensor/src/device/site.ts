/** Frames of these files are ours: the reader of a leak report wants to know who called them. */
const ownFiles =
  /[\\/](device[\\/](device|ledger|site|staging|timestamps|uploads)|runtime[\\/](device-array|plan|step-clock)|loop[\\/](loop|packed-arrays|sequencer|reverse))\.[jt]s/;

/** Where the caller of the device layer stands, as `function (file:line:column)`, or `unknown place`. */
export function callSite(): string {
  const frames = (new Error().stack ?? '').split('\n').slice(1);
  const frame = frames.find((line) => !ownFiles.test(line));
  return frame === undefined ? 'unknown place' : frame.trim().replace(/^at /, '');
}
