import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkPrivateMembers } from './private-members.ts';

const root = mkdtempSync(join(tmpdir(), 'longhorizon-private-'));
afterAll(() => rmSync(root, { recursive: true }));

test('members are #private, and only a constructor is private', () => {
  mkdirSync(join(root, 'classes'));
  writeFileSync(
    join(root, 'classes/a.ts'),
    `// A private word in a comment, and 'private x' in a string, are none.
export class A {
  readonly #kept = 1;
  private readonly count = 'private x';
  private constructor(private place: number) {}
  private static async make(): Promise<A> {
    return new A(1);
  }
}
`,
  );
  expect(checkPrivateMembers(root, ['classes'])).toEqual([
    'classes/a.ts:4: the member is private; call it #count.',
    'classes/a.ts:5: the member is private; call it #place.',
    'classes/a.ts:6: the member is private; call it #make.',
  ]);
});

test('this repository', () => {
  expect(checkPrivateMembers(dirname(dirname(import.meta.dirname)))).toEqual([]);
});
