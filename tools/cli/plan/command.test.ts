import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { requestNamed } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'longhorizon-plan-'));
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ['no default', 'export const a = 1;', 'has no default export; export a function'],
  ['an object', 'export default { outputs: [] };', 'is no function (object); export a function'],
  ['nothing', 'export default () => undefined;', 'returned no { outputs, updates }'],
])('a module that exports %s is told what is wanted', async (name, text, sentence) => {
  const file = join(folder, `${name.replace(' ', '-')}.mjs`);
  writeFileSync(file, text);
  await expect(requestNamed(file)).rejects.toThrow(sentence);
});

it('a module may return its request, or a promise of it', async () => {
  const file = join(folder, 'later.mjs');
  writeFileSync(file, 'export default async () => ({ outputs: [] });');
  expect(await requestNamed(file)).toEqual({ outputs: [] });
});
