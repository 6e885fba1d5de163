/** @file Bundles programs for a browser out of the sources: each becomes one module that asks for nothing else. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inlineKernels, readsKernels } from '@longhorizon/tensor/bundling';
import { build, type Plugin } from 'esbuild';
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
      const found = (['hyper', 'init'] as const).map((folder) => {
        const names = namesIn(join(dirname(path), folder), '.ts');
        const modules = names.map(
          (name) => `{ name: '${name}', module: await import('./${folder}/${name}.ts') }`,
        );
        return `${folder}: [${modules.join(', ')}]`;
      });
      return {
        loader: 'ts',
        contents: `const found = { ${found.join(', ')} };\nexport const modulesIn = (folder) => found[folder];\n`,
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
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    // The sources, and of these what is meant for browsers.
    conditions: ['longhorizon-browser-source', 'longhorizon-source'],
    ...(instead === undefined ? {} : { alias: { ...instead } }),
    plugins: [kernels, methods, madeModules(made)],
    minify,
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  const [output] = Object.values(metafile.outputs);
  const inputs = Object.entries(output?.inputs ?? {});
  return {
    text: outputFiles[0]?.text ?? '',
    bytesOf: Object.fromEntries(inputs.map(([file, { bytesInOutput }]) => [file, bytesInOutput])),
  };
}
