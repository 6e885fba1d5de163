/** @file What the generators share: the layout of what they wrote. */
'use strict';

const { spawnSync } = require('node:child_process');
const { join } = require('node:path');

/**
 * Breaks lines and sorts exports as everywhere else.
 * @param {string} root
 * @param {readonly string[]} files
 */
exports.layOut = (root, files) => {
  const biome = join(__dirname, '../../node_modules/@biomejs/biome/bin/biome');
  const { status, stderr } = spawnSync(process.execPath, [biome, 'check', '--write', ...files], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0)
    throw new Error(`Biome could not lay out what was written; run npm run format.\n${stderr}`);
};
