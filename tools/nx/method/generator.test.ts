import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const generate = createRequire(import.meta.url)('./generator.cjs') as (
  tree: object,
  options: { name: string; title?: string; citation: string },
) => Promise<void>;

/** The repository, with what is written kept in memory. */
function overlay() {
  const written = new Map<string, string>();
  const tree = {
    exists: (path: string) => written.has(path) || existsSync(join(root, path)),
    read: (path: string) => written.get(path) ?? readFileSync(join(root, path), 'utf8'),
    write: (path: string, text: string) => void written.set(path, text),
  };
  return { tree, written };
}

test('a method comes with its file, its test, one row, its card and its export', async () => {
  const { tree, written } = overlay();
  await generate(tree, { name: 'my-idea', citation: "Somebody's paper, ICML 2026" });
  expect([...written.keys()].sort()).toEqual([
    'benchmarks/src/suites/cards.ts',
    'benchmarks/src/suites/methods.ts',
    'packages/bilevel/src/hyper/methods/my-idea.test.ts',
    'packages/bilevel/src/hyper/methods/my-idea.ts',
    'packages/bilevel/src/index.ts',
  ]);
  expect(written.get('benchmarks/src/suites/methods.ts')).toContain(
    "\n  myIdea,\n} from '@longhorizon/bilevel';",
  );
  expect(written.get('benchmarks/src/suites/methods.ts')).toContain(
    "\n  row('my-idea', () => myIdea, cards.myIdea),\n",
  );
  expect(written.get('benchmarks/src/suites/cards.ts')).toMatch(/\n {2}myIdea: \{\n/);
  expect(written.get('packages/bilevel/src/index.ts')).toContain(
    "export { myIdea } from './hyper/methods/my-idea.ts';",
  );
  expect(written.get('packages/bilevel/src/hyper/methods/my-idea.ts')).toContain(
    "source: 'Somebody\\'s paper, ICML 2026'",
  );
});

test('a name that is taken is refused, and nothing is written', async () => {
  const { tree, written } = overlay();
  await expect(generate(tree, { name: 'drmad', citation: 'x' })).rejects.toThrow(
    'There is a method drmad already',
  );
  expect(written.size).toBe(0);
});
