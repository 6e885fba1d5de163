/**
 * @file `npx nx generate @longhorizon/tools:kernel my-kernel --family matmul`: a kernel variant that works from the first minute, in the library or
 * in a folder of one's own. CommonJS, because Nx loads generators so.
 */
'use strict';

const { existsSync, mkdirSync, writeFileSync } = require('node:fs');
const { join, resolve } = require('node:path');
const { layOut } = require('../lay-out.cjs');

/** @typedef {Pick<import('nx/src/generators/tree').Tree, 'exists' | 'read' | 'write' | 'root'>} Tree */
/** @typedef {'matmul' | 'conv2d'} Family */

/**
 * @param {Tree} tree
 * @param {{ readonly name: string, readonly family: Family, readonly folder?: string }} options
 * @returns what is done once the files of the tree are written
 */
module.exports = async function kernel(tree, { name, family, folder }) {
  return folder === undefined ? inLibrary(tree, name, family) : inFolder(resolve(folder), name, family);
};

/**
 * @param {string} folder
 * @param {string} name
 * @param {Family} family
 */
function inFolder(folder, name, family) {
  const files = {
    [join(folder, family, `${name}.wgsl`)]: texts[family],
    [join(folder, family, `${name}.mjs`)]: `${heading(family)}
/** @type {import('@longhorizon/tensor/kernels').OwnKernel<import('@longhorizon/tensor/kernels').FamilyProblems['${family}']>} */
export default ${description(family)};
`,
  };
  for (const file of Object.keys(files))
    if (existsSync(file)) throw new Error(`There is a kernel ${name} already: ${file}. Choose another name.`);
  // Outside of the workspace: Nx's tree does not reach there, and a dry run does not call this.
  return () => {
    mkdirSync(join(folder, family), { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(file, text);
    process.stdout.write(
      `${Object.keys(files).join('\n')}\nlonghorizon kernels edit ${family}/${name} --from ${folder}\n`,
    );
  };
}

/**
 * @param {Tree} tree
 * @param {string} name
 * @param {Family} family
 */
function inLibrary(tree, name, family) {
  const folder = `packages/tensor/src/kernels/${family}`;
  const [file, text, table] = [`${folder}/${name}.ts`, `${folder}/${name}.wgsl`, `${folder}/variants.ts`];
  for (const path of [file, text])
    if (tree.exists(path))
      throw new Error(`There is a kernel ${name} already: ${path}. Choose another name.`);
  const variable = `${name.replace(/-([a-z0-9])/g, (_, /** @type {string} */ letter) => letter.toUpperCase())}Variant`;
  const old = tree.read(table, 'utf-8') ?? '';
  const list = `export const ${family}Variants: readonly KernelVariant<${problems[family]}>[] = [`;
  const start = old.indexOf(list);
  if (start < 0 || new RegExp(`\\b${variable}\\b`).test(old))
    throw new Error(
      start < 0
        ? `${table} has no table of variants; add this by hand: ${variable},`
        : `${table} has something called ${variable} already. Choose another name.`,
    );
  const end = old.indexOf('\n];', start);
  const rows = `${old.slice(0, end)}\n  ${variable},${old.slice(end)}`;
  const place = rows.search(/^import \{/m);
  tree.write(
    table,
    `${rows.slice(0, place)}import { ${variable} } from './${name}.ts';\n${rows.slice(place)}`,
  );
  tree.write(text, texts[family]);
  tree.write(
    file,
    `${heading(family)}
import type { KernelVariant, ${problems[family]} } from '../contraction.ts';
import { variantFromFile } from '../own-kernel.ts';
import { readWgsl } from '../source.ts';

const wgsl = readWgsl(new URL('./${name}.wgsl', import.meta.url));

export const ${variable}: KernelVariant<${problems[family]}> = variantFromFile('${family}', '${name}', wgsl, ${description(family)});
`,
  );
  return () => layOut(tree.root, [file, table]);
}

const problems = { matmul: 'MatmulProblem', conv2d: 'Conv2dProblem' };

/** @param {Family} family */
const heading = (family) =>
  `/** @file ${family === 'matmul' ? 'A product' : 'A forward convolution'}, an element of the result an invocation. */`;

/** @param {Family} family */
const description = (family) => `{
  doc: 'One invocation per element of the result: where work on it begins.',
  // Tile parameters: the text has each as a constant of this name.
  sizes: { LANES: 64 },
  uses: ['load_a', 'load_b', 'store'],${
    family === 'matmul'
      ? ''
      : `
  needs: ({ kind }) => (kind === 'forward' ? undefined : 'needs a forward convolution'),`
  }
  workgroups: ({ batch, rows, columns }) => [Math.ceil((batch * rows * columns) / 64), 1, 1],
}`;

const entry = `// A zero that the driver does not see through: a short loop that starts at it stays one, and its loads are compiled once.
fn hidden_zero(group: vec3<u32>) -> u32 {
  return group.z / (BATCH() + 1u);
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let element = group.x * LANES + lane;
`;

const texts = {
  matmul: `// result[batch, row, column] = sum over k of a[batch, row, k] * b[batch, k, column].
${entry}  if (element >= BATCH() * M() * N()) {
    return;
  }
  let batch = element / (M() * N());
  let row = element / N() % M();
  let column = element % N();
  let a = a_batch(batch) + row * A_ROW_STRIDE();
  let b = b_batch(batch) + column * B_COLUMN_STRIDE();
  var sum = 0.0;
  for (var k = hidden_zero(group); k < K(); k++) {
    sum = fma(load_a(a + k * A_COLUMN_STRIDE()), load_b(b + k * B_ROW_STRIDE()), sum);
  }
  store(batch, row, column, sum);
}
`,
  conv2d: `// y[image, y, x, column] = sum over i, j, c of x[image, y * stride + i - top, x * stride + j - left, c] * filter[i, j, c, column].
${entry}  if (element >= BATCH() * ROWS() * COLUMNS()) {
    return;
  }
  let batch = element / (ROWS() * COLUMNS());
  let row = element / COLUMNS() % ROWS();
  let column = element % COLUMNS();
  let image = row / (OUT_HEIGHT() * OUT_WIDTH());
  let y = row / OUT_WIDTH() % OUT_HEIGHT();
  let x = row % OUT_WIDTH();
  var sum = 0.0;
  for (var i = hidden_zero(group); i < FILTER_HEIGHT(); i++) {
    for (var j = hidden_zero(group); j < FILTER_WIDTH(); j++) {
      // What lies before the picture wraps to more than any height or width.
      let h = y * STRIDE_Y() + i - PAD_TOP();
      let w = x * STRIDE_X() + j - PAD_LEFT();
      if (h < HEIGHT() && w < WIDTH()) {
        let a = a_batch(batch) + ((image * HEIGHT() + h) * WIDTH() + w) * IN_CHANNELS();
        let b = b_batch(batch) + (i * FILTER_WIDTH() + j) * IN_CHANNELS() * OUT_CHANNELS() + column;
        for (var c = hidden_zero(group); c < IN_CHANNELS(); c++) {
          sum = fma(load_a(a + c), load_b(b + c * OUT_CHANNELS()), sum);
        }
      }
    }
  }
  store(batch, row, column, sum);
}
`,
};
