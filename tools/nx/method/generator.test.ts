import { afterAll, expect, test } from 'vitest';
import { copyOfSources } from '../../vitest/source-copy.ts';
import { generateIn } from './testing/generated.ts';

const copy = copyOfSources();
afterAll(copy.remove);

test('a generated method passes lint and types, and computes what one-step does at every horizon', {
  timeout: 240_000,
}, async () => {
  const written = await generateIn(copy, {
    name: 'my-idea',
    title: 'My idea',
    citation: `Somebody's paper with a title that is long enough to be broken over lines, ICML 2026, algorithm 1`,
  });
  expect([...written].sort()).toEqual([
    'benchmarks/src/methods/hyper/my-idea.ts',
    'packages/bilevel/src/hyper/methods.ts',
    'packages/bilevel/src/hyper/methods/my-idea.test.ts',
    'packages/bilevel/src/hyper/methods/my-idea.ts',
  ]);
  await copy.printed([
    'node_modules/@biomejs/biome/bin/biome',
    'check',
    '--error-on-warnings',
    '--diagnostic-level=warn',
    ...written,
  ]);
  const files = written.filter((path) => path !== 'packages/bilevel/src/hyper/methods.ts');
  copy.write('tsconfig.json', JSON.stringify({ extends: './tsconfig.base.json', files }));
  await copy.printed(['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json']);

  const script = `
    import { hyper, prepare, refusal } from '@longhorizon/bilevel';
import { learnStart, trackingOfSize } from '@longhorizon/bilevel/problems';
    import { method } from './benchmarks/src/methods/hyper/my-idea.ts';
    async function by(method, horizon) {
      const run = await prepare('float64', trackingOfSize(6, 3), method, { horizon });
      const { outerLoss } = await run.compute();
      const found = { outerLoss, hypergradient: [...(await run.read('hypergradient'))] };
      run.destroy();
      return found;
    }
    const { myIdea, oneStep } = hyper;
    const found = [];
    for (const T of [1, 3, 10]) found.push([await by(myIdea, T), await by(oneStep, T)]);
    const start = learnStart(trackingOfSize(4, 2));
    const refused = [refusal(myIdea, start, 3), refusal(oneStep, start, 3)];
    console.log(JSON.stringify({ found, refused, id: method.id, title: method.title }));`;
  copy.write('compare.ts', script);
  const { found, refused, id, title } = JSON.parse(await copy.printedBy('compare.ts'));
  expect([id, title]).toEqual(['hyper/my-idea', 'My idea']);
  expect(found).toHaveLength(3);
  for (const [own, oneStep] of found) expect(own).toEqual(oneStep);
  expect(refused[1]).toMatch(/start/);
  expect(refused[0]).toBe(refused[1].replaceAll('one-step', 'my-idea'));
});

test('a name that is taken is refused, and nothing is written', async () => {
  const index = copy.read('packages/bilevel/src/hyper/methods.ts');
  await expect(generateIn(copy, { name: 'drmad', citation: 'x' })).rejects.toThrow(
    'There is a method drmad already',
  );
  await expect(generateIn(copy, { name: 'evo-grad', citation: 'x' })).rejects.toThrow(
    'exports something called evoGrad already',
  );
  expect(copy.read('packages/bilevel/src/hyper/methods.ts')).toBe(index);
  expect(copy.has('packages/bilevel/src/hyper/methods/evo-grad.ts')).toBe(false);
});
