import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkHabits } from './habits.ts';

const root = mkdtempSync(join(tmpdir(), 'longhorizon-habits-'));
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
  expect(checkHabits(root, ['classes'])).toEqual([
    'classes/a.ts:4: the member is private; call it #count.',
    'classes/a.ts:5: the member is private; call it #place.',
    'classes/a.ts:6: the member is private; call it #make.',
  ]);
});

test('nothing is cast through unknown, but in tests', () => {
  mkdirSync(join(root, 'casts'));
  const text = `const a = JSON.parse('1') as unknown;
const b = a as number;
const c = b as unknown as string;
`;
  writeFileSync(join(root, 'casts/a.ts'), text);
  writeFileSync(join(root, 'casts/a.test.ts'), text);
  expect(checkHabits(root, ['casts'])).toEqual([
    'casts/a.ts:3: this is cast through unknown; give it the type that it has, or check it.',
  ]);
});

test('this repository', () => {
  expect(checkHabits(dirname(dirname(import.meta.dirname)))).toEqual([]);
});
