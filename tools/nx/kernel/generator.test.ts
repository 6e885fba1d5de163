import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDevice } from '@longhorizon/tensor';
import { judgedShapes, judgeVariant, ownKernelFault, variantFromFile } from '@longhorizon/tensor/kernels';
import { afterAll, expect, it, vi } from 'vitest';
import { copyOfSources } from '../../vitest/source-copy.ts';

const generate = createRequire(import.meta.url)('./generator.cjs') as (
  tree: object,
  options: { name: string; family: 'matmul' | 'conv2d'; folder?: string },
) => Promise<() => void>;

const folder = mkdtempSync(join(tmpdir(), 'longhorizon-kernels-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('a kernel in a folder of its own is judged right as it is written', async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const device = await openDevice({ warmPipelines: false });
  try {
    for (const family of ['matmul', 'conv2d'] as const) {
      const finish = await generate({}, { name: 'my-idea', family, folder });
      expect(existsSync(join(folder, family))).toBe(false);
      finish();
      const { default: own } = await import(join(folder, family, 'my-idea.mjs'));
      expect(ownKernelFault(own)).toBeUndefined();
      const text = readFileSync(join(folder, family, 'my-idea.wgsl'), 'utf8');
      const variant = variantFromFile(family, 'my-idea', text, own);
      const { fault, shapes } = await judgeVariant(device, variant, judgedShapes[family](5) as never, {
        seed: 5,
      });
      expect([fault, shapes.length]).toEqual([undefined, family === 'matmul' ? 5 : 3]);
      await expect(generate({}, { name: 'my-idea', family, folder })).rejects.toThrow(
        'There is a kernel my-idea already',
      );
    }
  } finally {
    vi.restoreAllMocks();
    await device.close();
  }
});

it('a kernel in the library is a file, its text and a row, which lint and types pass', {
  timeout: 240_000,
}, async () => {
  const copy = copyOfSources();
  try {
    const written: string[] = [];
    const tree = {
      root: copy.folder,
      exists: copy.has,
      read: copy.read,
      write: (path: string, text: string) => {
        copy.write(path, text);
        written.push(path);
      },
    };
    (await generate(tree, { name: 'my-idea', family: 'matmul' }))();
    const place = 'packages/tensor/src/kernels/matmul';
    expect(written.sort()).toEqual(
      ['my-idea.ts', 'my-idea.wgsl', 'variants.ts'].map((file) => `${place}/${file}`),
    );
    await copy.printed([
      'node_modules/@biomejs/biome/bin/biome',
      'check',
      `${place}/my-idea.ts`,
      `${place}/variants.ts`,
    ]);
    copy.write(
      'tsconfig.json',
      JSON.stringify({ extends: './tsconfig.base.json', files: [`${place}/variants.ts`] }),
    );
    await copy.printed(['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json']);
    copy.write(
      'names.ts',
      "import { matmulVariants } from './packages/tensor/src/kernels/matmul/variants.ts';\nconsole.log(matmulVariants.at(-1)?.name, matmulVariants.filter(({ name }) => name === 'my-idea').length);",
    );
    expect((await copy.printedBy('names.ts')).trim()).toBe('my-idea 1');
    for (const name of ['my-idea', 'naive'])
      await expect(generate(tree, { name, family: 'matmul' })).rejects.toThrow(
        `There is a kernel ${name} already`,
      );
  } finally {
    copy.remove();
  }
});

it('Nx finds the generators and the executor by the manifest of the tools', () => {
  const manifest = createRequire(import.meta.url)('@longhorizon/tools/package.json') as {
    generators: string;
    executors: string;
  };
  expect([manifest.generators, manifest.executors]).toEqual(['./nx/generators.json', './nx/executors.json']);
});
