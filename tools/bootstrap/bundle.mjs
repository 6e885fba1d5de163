/**
 * @file Programs of the repository as bundles: a few files of JavaScript in place of a thousand of TypeScript, which every process of a run would
 * otherwise find and translate anew. A bundle is kept under the hash of what went into it, and made where there is none for the sources as they are.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * What a bundle was made of, as paths from the repository's folder: files by their contents, folders by the names in them.
 * @typedef {{ readonly files: readonly string[], readonly folders: readonly string[] }} Inputs
 */

/** Bundles for earlier states of the sources that are kept: a process that still runs may load a part of its own late. */
const kept = 4;

/** Folders whose modules are found by their names; see `methods/found.ts`. */
const foundFolders = ['benchmarks/src/methods/hyper', 'benchmarks/src/methods/init'];

/** Files that say how others are found and made. */
const settings = ['package-lock.json', 'tools/bootstrap/bundle.mjs'];

/**
 * The file of a program in a bundle of the sources as they are.
 *
 * @param {string} root the repository's folder
 * @param {string} script the module of the program, from there
 * @param {readonly string[]} children modules of programs that it starts
 * @returns {Promise<string | undefined>} undefined where no bundle can be made: the program then runs from its sources
 */
export async function bundleOf(root, script, children = []) {
  const folder = join(root, 'node_modules', '.cache', 'longhorizon', outputName(script));
  const programIn = /** @param {string} hash */ (hash) => join(folder, hash, `${outputName(script)}.js`);
  const known = readInputs(folder);
  const hash = known && hashOf(root, known);
  if (hash !== undefined && existsSync(programIn(hash))) return programIn(hash);
  try {
    const { files, inputs } = await makeBundle(root, [script, ...children]);
    const made = hashOf(root, inputs);
    if (made === undefined) return undefined;
    const draft = join(folder, `draft-${process.pid}`);
    mkdirSync(draft, { recursive: true });
    for (const { path, contents } of files) writeFileSync(join(draft, basename(path)), contents);
    // Another process may have made the same one meanwhile.
    if (existsSync(programIn(made))) rmSync(draft, { recursive: true });
    else renameSync(draft, join(folder, made));
    writeFileSync(join(folder, 'inputs.json'), JSON.stringify(inputs));
    forgetOld(folder);
    return programIn(made);
  } catch {
    // Whatever is wrong with the sources is told by running them.
    return undefined;
  }
}

/** @param {string} script */
function outputName(script) {
  return script.replace(/\.ts$/, '').replace(/\W+/g, '-');
}

/**
 * @param {string} folder
 * @returns {Inputs | undefined}
 */
function readInputs(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, 'inputs.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * @param {string} root
 * @param {Inputs} inputs
 * @returns {string | undefined} undefined where one is not there any more
 */
function hashOf(root, { files, folders }) {
  const hash = createHash('sha256');
  try {
    for (const file of files) hash.update(`${file}\0`).update(readFileSync(join(root, file)));
    for (const folder of folders)
      hash.update(`${folder}\0${readdirSync(join(root, folder)).sort().join('\0')}`);
  } catch {
    return undefined;
  }
  return hash.digest('hex').slice(0, 16);
}

/** @param {string} folder */
function forgetOld(folder) {
  const bundles = readdirSync(folder)
    .filter((name) => name !== 'inputs.json')
    .map((name) => ({ name, at: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.at - a.at);
  for (const { name } of bundles.slice(kept)) rmSync(join(folder, name), { recursive: true, force: true });
}

/**
 * @param {string} root
 * @param {readonly string[]} scripts
 */
async function makeBundle(root, scripts) {
  const { build } = await import('esbuild');
  const programs = scripts.map((script) => [script, `${outputName(script)}.js`]);
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: scripts.map((script) => ({ in: join(root, script), out: outputName(script) })),
    outdir: join(root, 'bundle'),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['longhorizon-source'],
    define: {
      bundledPrograms: JSON.stringify(Object.fromEntries(programs)),
      'import.meta.url': 'ownUrl',
      'import.meta.dirname': 'ownDirname',
      'import.meta.filename': 'ownFilename',
    },
    plugins: [sources(root), packages],
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  // What stands in angle brackets is the bundler's own.
  const read = Object.keys(metafile.inputs).filter((path) => !path.startsWith('<'));
  const files = read.map((path) => path.split(sep).join('/'));
  const manifests = [...new Set(files.map((path) => manifestOf(root, path)))];
  return {
    files: outputFiles,
    inputs: { files: [...files, ...manifests, ...settings].sort(), folders: foundFolders },
  };
}

/**
 * The package.json of the workspace that a file is in.
 * @param {string} root
 * @param {string} path
 * @returns {string}
 */
function manifestOf(root, path) {
  const folder = dirname(path);
  return folder === '.' || existsSync(join(root, folder, 'package.json'))
    ? join(folder, 'package.json')
    : manifestOf(root, folder);
}

/**
 * Modules know their own places, and those that are found by their folder are named.
 * @param {string} root
 * @returns {import('esbuild').Plugin}
 */
const sources = (root) => ({
  name: 'sources',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const written = readFileSync(path, 'utf8');
      const text = path.endsWith(join('methods', 'found.ts')) ? withFound(root, written) : written;
      if (!text.includes('import.meta.')) return { contents: text, loader: 'ts' };
      const own = { ownUrl: pathToFileURL(path).href, ownDirname: dirname(path), ownFilename: path };
      const places = Object.entries(own).map(([name, value]) => `const ${name} = ${JSON.stringify(value)};`);
      return { contents: `${places.join(' ')} ${text}`, loader: 'ts' };
    }),
});

/**
 * `methods/found.ts` with the modules of its folders imported by their names: a bundle has no folders.
 * @param {string} root
 * @param {string} text
 */
function withFound(root, text) {
  const imports = /** @type {string[]} */ ([]);
  const folders = foundFolders.map((folder) => {
    const names = readdirSync(join(root, folder)).filter((name) => /^[^.]+\.ts$/.test(name));
    const entries = names.sort().map((name) => {
      imports.push(`import * as module${imports.length} from './${basename(folder)}/${name}';`);
      return `{ name: '${basename(name, '.ts')}', module: module${imports.length - 1} }`;
    });
    return `${basename(folder)}: [${entries.join(', ')}]`;
  });
  return [
    ...imports,
    text.replace('export async function modulesIn', 'async function modulesInFolder'),
    `const found = { ${folders.join(', ')} };`,
    'export const modulesIn = async (folder: keyof typeof found) => found[folder];',
  ].join('\n');
}

/** Packages stay where they are installed, found from whoever imports them. */
const packages = /** @type {import('esbuild').Plugin} */ ({
  name: 'packages',
  setup: ({ onResolve, resolve }) =>
    onResolve({ filter: /^[^./]/ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
      if (kind === 'entry-point' || path.startsWith('node:') || pluginData === packages) return undefined;
      if (path.startsWith('@longhorizon/')) return undefined;
      const found = await resolve(path, { importer, resolveDir, kind, pluginData: packages });
      if (found.errors.length > 0 || found.external) return found;
      return { path: pathToFileURL(found.path).href, external: true };
    }),
});
