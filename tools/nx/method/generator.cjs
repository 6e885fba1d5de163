/**
 * @file `npx nx generate @longhorizon/tools:method my-method --citation '…'`: a method that works from the first minute, with its test and its
 * entry in the registry, which brings it into every suite, command and page. CommonJS, because Nx loads generators so.
 */
'use strict';

const { layOut } = require('../lay-out.cjs');

const methods = 'packages/bilevel/src/hyper/methods';
const index = 'packages/bilevel/src/hyper/methods.ts';
const registry = 'benchmarks/src/methods/hyper';

/** @typedef {Pick<import('nx/src/generators/tree').Tree, 'exists' | 'read' | 'write' | 'root'>} Tree */
/** @typedef {{ readonly name: string, readonly variable: string }} Names */

/**
 * @param {Tree} tree
 * @param {{ readonly name: string, readonly title?: string, readonly citation: string }} options
 * @returns what lays out the files once they are written
 */
module.exports = async function method(tree, { name, title = name, citation }) {
  const file = `${methods}/${name}.ts`;
  const entry = `${registry}/${name}.ts`;
  for (const path of [file, entry])
    if (tree.exists(path))
      throw new Error(`There is a method ${name} already: ${path}. Choose another name.`);
  const variable = name.replace(/-([a-z0-9])/g, (_, /** @type {string} */ letter) => letter.toUpperCase());
  const old = tree.read(index, 'utf-8') ?? '';
  if (new RegExp(`\\b${variable}\\b`).test(old))
    throw new Error(`${index} exports something called ${variable} already. Choose another name.`);
  const test = `${methods}/${name}.test.ts`;
  tree.write(
    file,
    methodText(tree.read(`${methods}/one-step.ts`, 'utf-8') ?? '', { name, title, citation, variable }),
  );
  tree.write(test, testText({ name, variable }));
  tree.write(index, withExport(old, `export { ${variable} } from './methods/${name}.ts';`));
  tree.write(entry, entryText({ name, variable }));
  return () => layOut(tree.root, [file, test, index, entry]);
};

/**
 * Puts a line before the first export of a method.
 * @param {string} text
 * @param {string} line
 */
function withExport(text, line) {
  const place = text.search(/^export .* from '\.\/methods\//m);
  if (place < 0) throw new Error(`${index} exports no method; add this by hand:\n${line}`);
  return `${text.slice(0, place)}${line}\n${text.slice(place)}`;
}

/** @param {string} text */
const quoted = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/**
 * The source of one-step under other names: a method that works.
 * @param {string} oneStep
 * @param {Names & { readonly title: string, readonly citation: string }} names
 */
function methodText(oneStep, { name, title, citation, variable }) {
  const replacements = /** @type {const} */ ([
    [/@file .*?:/, `@file ${title.replaceAll('*/', '* /')}:`],
    ['oneStep', variable],
    [/'hyper\/one-step'/, quoted(`hyper/${name}`)],
    [/'one-step'/, quoted(name)],
    [/title: '.*'/, `title: ${quoted(title)}`],
    [/source:\s+'.*'/, `source: ${quoted(citation)}`],
  ]);
  return replacements.reduce((text, [old, own]) => text.replace(old, () => own), oneStep);
}

/** @param {Names} names */
const testText = ({ name, variable }) => `import { expect, it } from 'vitest';
import { trackingOfSize } from '../../problems/tracking.ts';
import { prepare } from '../../session/run.ts';
import { exactReverse } from './exact-reverse.ts';
import { ${variable} } from './${name}.ts';

async function hypergradientBy(method: typeof ${variable}, horizon: number): Promise<number[]> {
  const run = await prepare('float64', trackingOfSize(6, 3), method, { horizon });
  try {
    await run.compute();
    return [...(await run.read('hypergradient'))];
  } finally {
    run.destroy();
  }
}

it('is exact for a horizon of one step', async () => {
  const [found, exact] = [await hypergradientBy(${variable}, 1), await hypergradientBy(exactReverse(), 1)];
  for (const [k, value] of found.entries()) expect(value).toBeCloseTo(exact[k]!, 12);
});

it('is finite and not exact for a horizon of three', async () => {
  const found = await hypergradientBy(${variable}, 3);
  expect(found).toHaveLength(3);
  expect(found.every(Number.isFinite)).toBe(true);
  expect(found).not.toEqual(await hypergradientBy(exactReverse(), 3));
});
`;

/** @param {Names} names */
const entryText = ({ name, variable }) => `import { hyper } from '@longhorizon/bilevel';
import { constantMemory, linearTime } from '../card.ts';
import { hyperMethod } from '../hyper-method.ts';

export const method = hyperMethod({
  name: '${name}',
  family: 'one-step',
  role: 'method',
  make: () => hyper.${variable},
  card: {
    idea: 'Only the last step is looked back on.',
    equation: { text: 'g = g^FO + αB_T', place: 'where it stands in the source' },
    theory: { memory: constantMemory, time: linearTime },
    code: '${methods}/${name}.ts',
  },
});
`;
