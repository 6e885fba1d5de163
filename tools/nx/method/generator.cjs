/**
 * @file `npx nx generate @longhorizon/tools:method my-method --citation '…'`: a method that works from the first minute, with a test, a row
 * and a card. CommonJS, because Nx loads generators so.
 */
'use strict';

const bilevel = 'packages/bilevel/src';
const suites = 'benchmarks/src/suites';

/** @typedef {Pick<import('nx/src/generators/tree').Tree, 'exists' | 'read' | 'write'>} Tree */
/** @typedef {{ readonly name: string, readonly variable: string }} Names */

/**
 * @param {Tree} tree
 * @param {{ readonly name: string, readonly title?: string, readonly citation: string }} options
 */
module.exports = async function method(tree, { name, title = name, citation }) {
  const file = `${bilevel}/hyper/methods/${name}.ts`;
  if (tree.exists(file)) throw new Error(`There is a method ${name} already: ${file}. Choose another name.`);
  const variable = name.replace(/-([a-z0-9])/g, (_, /** @type {string} */ letter) => letter.toUpperCase());
  tree.write(file, methodText({ name, title, citation, variable }));
  tree.write(`${bilevel}/hyper/methods/${name}.test.ts`, testText({ name, variable }));
  const exported = `export { ${variable} } from './hyper/methods/${name}.ts';\n`;
  insert(tree, `${bilevel}/index.ts`, 'export { type NeumannOptions', exported);
  insert(tree, `${suites}/methods.ts`, "} from '@longhorizon/bilevel';", `  ${variable},\n`);
  insert(tree, `${suites}/methods.ts`, '\n];', `\n  row('${name}', () => ${variable}, cards.${variable}),`);
  insert(tree, `${suites}/cards.ts`, '  hyperdistill: {', cardText({ name, variable }));
};

/**
 * Puts text before the first line that begins like this.
 * @param {Tree} tree
 * @param {string} path
 * @param {string} before
 * @param {string} text
 */
function insert(tree, path, before, text) {
  const old = tree.read(path, 'utf-8');
  const place = old?.indexOf(before) ?? -1;
  if (old === null || place < 0)
    throw new Error(`${path} has no line that begins with "${before}"; add this by hand:\n${text}`);
  tree.write(path, old.slice(0, place) + text + old.slice(place));
}

/** @param {string} text */
const quoted = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** @param {Names & { readonly title: string, readonly citation: string }} names */
const methodText = ({
  name,
  title,
  citation,
  variable,
}) => `/** @file ${title}: g = g^FO + αB, as if the last step were the only one. */
import { add } from '@longhorizon/tensor';
import type { Method } from '../method.ts';
import { run } from '../../program/workspace.ts';

/** Every step also computes αB, at the weights where the step starts. */
export const ${variable}: Method = {
  name: '${name}',
  title: ${quoted(title)},
  source: ${quoted(citation)},
  complexity: { offline: '1', online: 'T', memory: 'O(d + p)' },
  form: 'online',
  exact: false,
  build: (inner) => {
    const { carry, workspace } = inner;
    const at = inner.pointOf(carry);
    const next = inner.phi(at);
    const { loss, alpha, direct } = inner.outerAt(next.w, inner.afterThisStep);
    const { B } = inner.weightProducts(at, alpha);
    const stepAndProduct = workspace.kernel(
      'inner step with αB',
      [...inner.updatesOf(carry, next), ...inner.result(add(direct, B), loss)],
      { gradients: 2, vjps: 1 },
    );
    return {
      step: (t, hyper) => [run(hyper ? stepAndProduct : inner.step, t - 1)],
      // The step has left the hypergradient where it belongs.
      hypergradient: () => [],
    };
  },
};
`;

/** @param {Names} names */
const testText = ({ name, variable }) => `import { expect, it } from 'vitest';
import { prepare } from '../../session/run.ts';
import { trackingOfSize } from '../../problems/tracking.ts';
import { ${variable} } from './${name}.ts';

it('is exact for a horizon of one step', async () => {
  const problem = trackingOfSize(6, 3);
  const run = await prepare('float64', problem, ${variable}, { horizon: 1 });
  await run.compute();
  const exact = problem.closedForm?.(1).hypergradient ?? [];
  const found = await run.read('hypergradient');
  expect(found).toHaveLength(3);
  found.forEach((value, k) => expect(value).toBeCloseTo(exact[k]!, 12));
  run.destroy();
});
`;

/** @param {Names} names */
const cardText = ({ name, variable }) => `  ${variable}: {
    idea: 'Only the last step is looked back on.',
    equation: { text: 'g = g^FO + αB_T', place: 'where it stands in the source' },
    theory: { memory: constantMemory, time: linearTime },
    code: '${bilevel}/hyper/methods/${name}.ts',
  },
`;
