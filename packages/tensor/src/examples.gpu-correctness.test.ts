/** @file The examples in the documentation of the central classes and functions run as they stand there. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const documented = {
  Tensor: 'graph/tensor.ts',
  Device: 'device/device.ts',
  openDevice: 'device/open.ts',
  DeviceArray: 'runtime/device-array.ts',
  Plan: 'runtime/plan.ts',
  evaluateOnDevice: 'runtime/evaluate.ts',
  Loop: 'loop/loop.ts',
  ReverseLoop: 'loop/reverse.ts',
};

// Below the repository's own packages, so that their names resolve; out of the way of everything that reads a folder.
const cache = join(import.meta.dirname, '../../../node_modules/.cache');
let place = '';
beforeAll(() => {
  mkdirSync(cache, { recursive: true });
  place = mkdtempSync(join(cache, 'tensor-examples-'));
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** The example in the comment right before an export. */
function exampleOf(name: string, path: string): string {
  const text = readFileSync(join(import.meta.dirname, path), 'utf8');
  const declaration = new RegExp(`\\*/\n+export (?:async )?(?:class|function) ${name}\\b`).exec(text);
  expect(declaration, `${path} has no documented ${name}`).not.toBeNull();
  const comment = text.slice(text.lastIndexOf('/**', declaration!.index), declaration!.index);
  const example = /@example\n \* ```ts\n([\s\S]*?) \* ```/.exec(comment);
  expect(example, `${name} has no example`).not.toBeNull();
  return example![1]!.replaceAll(/^ \* ?/gm, '');
}

it('all examples run, one after another, and what they assert is true', () => {
  const lines = [
    "import assert from 'node:assert/strict';",
    'console.assert = (one, why) => assert(one, why);',
  ];
  for (const [name, path] of Object.entries(documented)) {
    const file = join(place, `${name}.mts`);
    writeFileSync(file, exampleOf(name, path));
    lines.push(`await import(${JSON.stringify(file)});`, `console.log('${name}');`);
  }
  writeFileSync(join(place, 'all.mts'), lines.join('\n'));
  const words = ['--conditions=longhorizon-source', '--import', 'tsx', join(place, 'all.mts')];
  const output = execFileSync(process.execPath, words, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 120_000,
  });
  expect(output.trim().split('\n')).toEqual(Object.keys(documented));
}, 150_000);
