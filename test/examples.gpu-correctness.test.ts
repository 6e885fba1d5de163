/** @file The examples in the documentation of public classes and functions run as they stand there, and what they assert is true. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readFaces } from './faces.ts';

const root = dirname(import.meta.dirname);

// Below the repository's own packages, so that their names resolve; out of the way of everything that reads a folder.
const cache = join(root, 'node_modules/.cache');
let place = '';
beforeAll(() => {
  mkdirSync(cache, { recursive: true });
  place = mkdtempSync(join(cache, 'examples-'));
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** Packages with names that have to have an example. */
const wanted: Readonly<Record<string, readonly string[]>> = {
  tensor: [
    'Device',
    'DeviceArray',
    'Loop',
    'Plan',
    'ReverseLoop',
    'Tensor',
    'evaluate',
    'evaluateOnDevice',
    'foldIn',
    'grad',
    'input',
    'openDevice',
    'sum',
    'vjp',
    'vmap',
  ],
  nn: ['Model', 'crossEntropy', 'perceptron', 'sgd'],
  bilevel: [
    'Run',
    'defineProblem',
    'exactReverse',
    'hostArray',
    'predictRun',
    'prepare',
    'prepareInitialisation',
  ],
  hyperdistill: ['hyperdistill'],
  lazy: ['lazy'],
  'trajectory-shifting': ['continualTrajectoryShifting'],
};

it.each(readdirSync(join(root, 'packages')))(
  'the examples of %s run, one after another',
  (name) => {
    const examples = [...readFaces(join(root, 'packages', name)).values()]
      .flat()
      .flatMap((one) => one.examples.map((text) => ({ name: one.name, text })));
    const names = examples.map((one) => one.name);
    expect(names.filter((one, i) => names.indexOf(one) === i)).toEqual(
      expect.arrayContaining([...(wanted[name] ?? [])]),
    );
    const lines = [
      "import assert from 'node:assert/strict';",
      'console.assert = (one, why) => assert(one, why);',
    ];
    for (const [i, example] of examples.entries()) {
      const code = /```ts\n([\s\S]*?)```/.exec(example.text)?.[1];
      expect(code, `the example of ${example.name} is a block of TypeScript`).toBeDefined();
      const file = join(place, `${name}-${i}.mts`);
      writeFileSync(file, code!);
      lines.push(`await import(${JSON.stringify(file)});`, `console.log('${example.name}');`);
    }
    const all = join(place, `${name}.mts`);
    writeFileSync(all, lines.join('\n'));
    const words = ['--conditions=longhorizon-source', '--import', 'tsx', all];
    const output = execFileSync(process.execPath, words, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 120_000,
    });
    expect(output.trim().split('\n').filter(Boolean)).toEqual(names);
  },
  150_000,
);
