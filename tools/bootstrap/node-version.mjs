/**
 * @file Is this Node.js new enough? The range stands in package.json (`engines.node`) and nowhere else.
 *
 * Only what such ranges use is understood: `^1.2.3` and `>=1.2.3`, joined by `||`. This file and those that it is
 * imported by statically must parse on old versions of Node.js too, or the message would never be printed.
 */

/**
 * @param {string} version for example `v20.19.0`
 * @param {string} range for example `^20.19.0 || >=22.12.0`
 * @returns {boolean}
 */
export function satisfies(version, range) {
  const found = parseVersion(version);
  return range.split('||').some((part) => {
    const match = /^\s*(\^|>=)\s*(\S+)\s*$/.exec(part);
    if (match === null)
      throw new Error(`internal: the range '${range}' has a part that is not understood: '${part}'`);
    const [, operator, text] = match;
    const wanted = parseVersion(String(text));
    if (operator === '^' && found[0] !== wanted[0]) return false;
    return compare(found, wanted) >= 0;
  });
}

/**
 * @param {string} version
 * @param {string} range
 * @returns {string | undefined} a sentence for the user, or undefined when all is well
 */
export function nodeVersionProblem(version, range) {
  if (satisfies(version, range)) return undefined;
  return (
    `Longhorizon needs Node.js ${range}, and this is ${version}. ` +
    'Install a newer one (the current long-term release will do) and start again.'
  );
}

/**
 * @param {string} text
 * @returns {[number, number, number]}
 */
function parseVersion(text) {
  const match = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(text.trim());
  if (match === null) throw new Error(`internal: '${text}' is not a version`);
  return [Number(match[1]), Number(match[2] || 0), Number(match[3] || 0)];
}

/**
 * @param {[number, number, number]} a
 * @param {[number, number, number]} b
 */
function compare(a, b) {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
