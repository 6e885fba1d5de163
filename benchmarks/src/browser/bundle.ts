/** @file Bundles programs for a browser out of the sources: one alone becomes one module, several share modules; they load nothing else. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { inlineKernels, readsKernels } from '@longhorizon/tensor/bundling';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { namesIn } from '../methods/found.ts';

/** Kernels' texts, as the build of the packages puts them in. */
const kernels: Plugin = {
  name: 'kernels',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]tensor[\\/]src[\\/].*\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!readsKernels(text)) return undefined;
      return {
        loader: 'ts',
        contents: inlineKernels(text, (file) => readFileSync(join(dirname(path), file), 'utf8')),
      };
    }),
};

/** Modules that are found by their folder, by name. */
const methods: Plugin = {
  name: 'methods',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]methods[\\/]found\.ts$/ }, ({ path }) => {
      const found = (['hyper', 'init'] as const).flatMap((folder) =>
        namesIn(join(dirname(path), folder), '.ts').map((name, k) => ({ folder, name, as: `${folder}${k}` })),
      );
      const imports = found.map(({ folder, name, as }) => `import * as ${as} from './${folder}/${name}.ts';`);
      const modules = found.map(
        ({ folder, name, as }) => `{ folder: '${folder}', name: '${name}', module: ${as} }`,
      );
      return {
        loader: 'ts',
        contents: `${imports.join('\n')}
const found = [${modules.join(', ')}];
export const modulesIn = (asked) => found.filter(({ folder }) => folder === asked);
`,
      };
    }),
};

const madeModules = (made: Readonly<Record<string, string>>): Plugin => ({
  name: 'made modules',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /.*/ }, ({ path }) =>
      Object.hasOwn(made, path) ? { path, namespace: 'made' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'made' }, ({ path }) => ({
      contents: made[path] ?? '',
      loader: 'ts',
      resolveDir: import.meta.dirname,
    }));
  },
});

export interface BundleOptions {
  /** Left out, the bundle is minified. */
  readonly minify?: boolean;
  /** Files to take in the place of packages, by their names. */
  readonly instead?: Readonly<Record<string, string>>;
  /** Texts of modules that no file holds, by the names under which they are imported. */
  readonly made?: Readonly<Record<string, string>>;
}

/** A program and what it is made of. */
export interface Bundle {
  readonly text: string;
  /** Bytes in the bundle by file, as paths from the repository. */
  readonly bytesOf: Readonly<Record<string, number>>;
}

const usual = {
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2023',
  // The sources, and of these what is meant for browsers.
  conditions: ['longhorizon-browser-source', 'longhorizon-source'],
  write: false,
  logLevel: 'silent',
} satisfies BuildOptions;

/**
 * Bundles a program with all that it imports.
 *
 * @param entry path of its module
 * @throws Error naming the file and the line where something on the way asks for Node.js
 */
export async function bundleForBrowser(
  entry: string,
  { minify = true, instead, made = {} }: BundleOptions = {},
): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    ...usual,
    entryPoints: [entry],
    ...(instead === undefined ? {} : { alias: { ...instead } }),
    plugins: [kernels, methods, madeModules(made)],
    minify,
    metafile: true,
  });
  const [output] = Object.values(metafile.outputs);
  const inputs = Object.entries(output?.inputs ?? {});
  return {
    text: outputFiles[0]?.text ?? '',
    bytesOf: Object.fromEntries(inputs.map(([file, { bytesInOutput }]) => [file, bytesInOutput])),
  };
}

/** How the names of modules begin that several programs share. */
const sharedName = 'shared-';

/** Programs that lie in one folder. */
export interface ProgramFolder {
  /** Minified modules by the names of their files. */
  readonly modules: Readonly<Record<string, string>>;
  /** Those that are no program, but parts of several. */
  readonly shared: readonly string[];
}

/**
 * Bundles programs that lie in one folder: what several of them import is there once.
 *
 * @param entries paths of their modules; names are those of their files, which thus have to differ
 * @throws Error naming the file and the line where something on the way asks for Node.js
 */
export async function bundleTogether(entries: Readonly<Record<string, string>>): Promise<ProgramFolder> {
  const { outputFiles } = await build({
    ...usual,
    entryPoints: { ...entries },
    plugins: [kernels, methods],
    minify: true,
    splitting: true,
    chunkNames: `${sharedName}[hash]`,
    outdir: 'programs',
  });
  const modules = Object.fromEntries(outputFiles.map(({ path, text }) => [basename(path), text]));
  return { modules, shared: Object.keys(modules).filter((name) => name.startsWith(sharedName)) };
}
