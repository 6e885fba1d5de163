/**
 * @file `npx nx run track`: `bench track run` with the words that follow. Nx ends with 0 or 1; who has to tell verdicts apart calls the command
 * itself. CommonJS, because Nx loads executors so.
 */
'use strict';
const bench = require('../bench/executor.cjs');

/**
 * @param {{ readonly __unparsed__?: readonly string[] }} options the words as they were typed
 * @param {{ readonly root: string }} context
 * @returns {Promise<{ success: boolean }>}
 */
module.exports = function track({ __unparsed__: words = [] }, context) {
  return bench({ __unparsed__: ['track', 'run', ...words] }, context);
};
