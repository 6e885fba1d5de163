/**
 * @file The packs that npm would publish, in an empty folder: they compute, and a consumer's types are clean. Only what a pack declares is
 * there for it to find; packages of others are links to the copies that this repository has, so nothing is fetched.
 */
import { execFile } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { build as viteBuild } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findChromium, runInChromium } from './chromium.ts';

const root = dirname(import.meta.dirname);
const execute = promisify(execFile);
let folder = '';
const modules = () => join(folder, 'node_modules');
const packages = () => readdirSync(join(modules(), '@longhorizon'));

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>>;
}
const manifestOf = (name: string): Manifest =>
  JSON.parse(readFileSync(join(modules(), '@longhorizon', name, 'package.json'), 'utf8')) as Manifest;

/** What a user of a pack can import: its name, and the built ones of its subpaths. */
const facesOf = (name: string): readonly string[] =>
  Object.entries(manifestOf(name).exports)
    .filter(([, conditions]) => conditions.default !== undefined)
    .map(([face]) => `@longhorizon/${name}${face.slice(1)}`);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'longhorizon-packs-'));
  const { stdout } = await execute(process.execPath, [join(root, 'tools/pack.mjs'), folder], { cwd: root });
  for (const pack of stdout.trim().split('\n')) {
    const name = /^longhorizon-(.*)-\d+\.\d+\.\d+\.tgz$/.exec(basename(pack))![1]!;
    const place = join(modules(), '@longhorizon', name);
    mkdirSync(place, { recursive: true });
    await execute('tar', ['xzf', pack, '-C', place, '--strip-components=1']);
  }
  for (const name of packages()) {
    for (const needed of Object.keys(manifestOf(name).dependencies ?? {})) install(needed, name);
  }
  install('@types/node', 'tensor');
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Links a package that is not ours, as it is found from where the pack was made. */
function install(needed: string, by: string): void {
  const place = join(modules(), needed);
  if (existsSync(place)) return;
  const from = by === 'datasets' ? join(root, 'datasets') : join(root, 'packages', by);
  const found = createRequire(join(from, 'package.json'))
    .resolve.paths(needed)!
    .map((one) => join(one, needed))
    .find((one) => existsSync(one));
  if (found === undefined)
    throw new Error(`'${needed}', which the pack of ${by} declares, is not installed here.`);
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(found, place, 'junction');
}

it('all libraries are packed, with licence and text, without tests, and every export is there', () => {
  expect(packages()).toContain('tensor');
  expect(packages()).toContain('datasets');
  const licence = readFileSync(join(root, 'LICENSE'), 'utf8');
  for (const name of packages()) {
    const place = join(modules(), '@longhorizon', name);
    expect(readFileSync(join(place, 'LICENSE'), 'utf8'), name).toBe(licence);
    expect(existsSync(join(place, 'README.md')), name).toBe(true);
    const files = readdirSync(place, { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => /\.test\.|\.tsbuildinfo$|\.readme-/.test(file))).toEqual([]);
    const targets = Object.values(manifestOf(name).exports).flatMap((conditions) =>
      Object.values(conditions),
    );
    expect(
      targets.filter((target) => !existsSync(join(place, target))),
      name,
    ).toEqual([]);
  }
  // The texts of kernels stand in the modules that name them.
  const built = readdirSync(join(modules(), '@longhorizon/tensor/dist'), {
    recursive: true,
    encoding: 'utf8',
  });
  expect(built.filter((file) => file.endsWith('.wgsl'))).toEqual([]);
});

it("a consumer's types are clean without skipLibCheck, and its ridge regression gives the closed form", async () => {
  copyFixtures('ridge.ts', 'ridge-problem.ts');
  // Every library's face, so that each declaration file that a user can reach is read.
  const faces = packages()
    .flatMap(facesOf)
    .map((face, i) => `export * as face${i} from '${face}';\n`);
  writeFileSync(join(folder, 'faces.ts'), faces.join(''));
  const compilerOptions = {
    target: 'ES2023',
    module: 'NodeNext',
    strict: true,
    skipLibCheck: false,
    types: ['node'],
  };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['ridge.ts', 'faces.ts'] }),
  );
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const complaints = await execute(process.execPath, [compiler, '-p', '.'], { cwd: folder }).then(
    () => '',
    (error: { readonly stdout: string }) => error.stdout,
  );
  expect(complaints).toBe('');

  const { stdout } = await execute(process.execPath, ['ridge.js'], { cwd: folder });
  const { device, exact } = JSON.parse(stdout) as { device: number; exact: number };
  const right = ridgeByHand();
  expect(Math.abs(exact / right - 1)).toBeLessThan(1e-12);
  expect(Math.abs(device / right - 1)).toBeLessThan(1e-5);
}, 180_000);

function copyFixtures(...names: readonly string[]): void {
  for (const name of names) copyFileSync(join(import.meta.dirname, 'fixtures', name), join(folder, name));
}

/** A page's program as one module, without any configuration of the bundler. */
async function bundle(entry: string) {
  return await build({
    entryPoints: [join(folder, entry)],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
}

/** Programs of a page, and what they may weigh: bytes minified, and compressed with Brotli as servers send them. Raise one on purpose alone. */
const budgets: Readonly<
  Record<string, { readonly program: string; readonly bytes: number; readonly compressed: number }>
> = {
  'derivatives in float64': {
    program: "export { add, array, evaluate, grad, matmul, multiply, sum } from '@longhorizon/tensor';",
    bytes: 45_000,
    compressed: 14_000,
  },
  'derivatives and loops on a device': {
    program:
      "export { add, array, evaluateOnDevice, grad, Loop, matmul, multiply, openDevice, ReverseLoop, state, sum, tanh } from '@longhorizon/tensor';",
    bytes: 230_000,
    compressed: 70_000,
  },
  'a convolutional network': {
    program:
      "export { add, array, conv2d, evaluateOnDevice, grad, Loop, matmul, maxPool, multiply, openDevice, relu, ReverseLoop, state, sum } from '@longhorizon/tensor';",
    bytes: 267_000,
    compressed: 79_200,
  },
  'the root of tensor': {
    program: "export * from '@longhorizon/tensor';",
    bytes: 321_000,
    compressed: 95_000,
  },
};

it('nothing on the way of a web page asks for Node.js, and the packs bundle without configuration', async () => {
  for (const name of packages()) {
    // Of the harness, what it is in a browser; commands and stores are no part of a page.
    const faces =
      name === 'harness' ? ['@longhorizon/harness', '@longhorizon/harness/browser'] : facesOf(name);
    const lines = faces.map((face, i) => `export * as face${i} from '${face}';\n`);
    writeFileSync(join(folder, `whole-${name}.js`), lines.join(''));
    const { metafile } = await bundle(`whole-${name}.js`);
    const imports = Object.values(metafile.inputs).flatMap((one) => one.imports);
    expect(
      imports.filter(({ path, external }) => external || path.startsWith('node:')),
      name,
    ).toEqual([]);
  }
}, 60_000);

it('a page takes of tensor what it uses, within its budget', async () => {
  const sizes: string[] = [];
  for (const [name, { program, bytes, compressed }] of Object.entries(budgets)) {
    writeFileSync(join(folder, 'sized.js'), program);
    const text = (await bundle('sized.js')).outputFiles[0]!.contents;
    const small = brotliCompressSync(text).byteLength;
    sizes.push(`${name} ${text.byteLength} bytes minified, ${small} compressed`);
    expect(text.byteLength, name).toBeLessThanOrEqual(bytes);
    expect(small, name).toBeLessThanOrEqual(compressed);
  }
  console.log(`Bundled for a page: ${sizes.join('; ')}.`);
}, 60_000);

it('Vite bundles a page as it comes, and no module of it asks for Node.js', async () => {
  copyFixtures('page.ts', 'ridge-problem.ts');
  const warnings: string[] = [];
  const built = await viteBuild({
    root: folder,
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      target: 'es2023',
      rolldownOptions: {
        input: join(folder, 'page.ts'),
        onwarn: ({ message }) => void warnings.push(message),
      },
    },
  });
  const output = [built].flat().flatMap((one) => ('output' in one ? one.output : []));
  const text = output.map((one) => ('code' in one ? one.code : '')).join('');
  expect(text).toContain('@compute');
  expect(warnings.filter((one) => /externalized|node:/.test(one))).toEqual([]);
  expect(text).not.toMatch(/__vite-browser-external/);
}, 120_000);

it('a page computes in Chromium what the reference computes', async ({ signal, skip }) => {
  const chromium = findChromium();
  if (chromium === undefined)
    skip('There is no Chromium on this machine; install one, or name it in LONGHORIZON_CHROMIUM.');
  copyFixtures('page.ts', 'ridge-problem.ts');
  const { outputFiles } = await bundle('page.ts');
  const answer = (await runInChromium(chromium!, outputFiles[0]!.text, { signal })) as PageAnswer;
  expect(answer.error).toBeUndefined();
  const near = (values: readonly number[], right: readonly number[], tolerance: number) => {
    expect(values.length).toBe(right.length);
    values.forEach((value, k) => {
      expect(Math.abs(value - right[k]!)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(right[k]!)));
    });
  };
  near(answer.gradient, answer.gradientReference, 1e-5);
  near(
    answer.descended,
    [1, 2, 3, 4].map((goal) => goal * (1 - 0.9 ** 50)),
    1e-5,
  );
  const { device, exact, distilled, distilledExact } = answer.hypergradients;
  near([device, exact], [ridgeByHand(), ridgeByHand()], 1e-5);
  near([distilled], [distilledExact], 1e-4);
  expect(answer.leaks).toBe(0);
}, 180_000);

interface PageAnswer {
  readonly error?: string;
  readonly gradient: readonly number[];
  readonly gradientReference: readonly number[];
  readonly descended: readonly number[];
  readonly hypergradients: Readonly<Record<'device' | 'exact' | 'distilled' | 'distilledExact', number>>;
  readonly leaks: number;
}

/**
 * On plain numbers. The two features of the fixture are orthogonal, so each weight descends alone along h_j w_j − c_j + λw_j from 0, with
 * h = XᵀX/2 and c = Xᵀy/2: w_T = c(1 − a^T)/k, where k = h + λ and a = 1 − ηk. Its derivative by λ is the rule of products.
 */
function ridgeByHand(): number {
  const [T, rate, lambda] = [20, 0.05, 0.3];
  const weights = [
    { h: 2, c: 0.6, v: 0.4 },
    { h: 0.5, c: -0.4, v: -0.9 },
  ];
  return weights
    .map(({ h, c, v }) => {
      const k = h + lambda;
      const a = 1 - rate * k;
      const w = (c * (1 - a ** T)) / k;
      const derivative = c * ((T * rate * a ** (T - 1)) / k - (1 - a ** T) / k ** 2);
      return (w - v) * derivative;
    })
    .reduce((sum, one) => sum + one, 0);
}
