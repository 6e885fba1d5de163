import { expect, it } from 'vitest';
import { root } from '../../root.ts';
import { assert, claims } from './assert.ts';
import { playgroundExamples } from './examples.ts';
import { longestProgram } from './limits.ts';
import { fragmentOf, readFragment } from './permalink.ts';
import { moduleOf } from './program.ts';
import { shown } from './shown.ts';

const known = ['@longhorizon/tensor', 'node:assert/strict'];

it('a program becomes a module without types and imports, line by line', () => {
  const program = `import assert from 'node:assert/strict';
import {
  add as plus,
  input,
  type Tensor,
} from '@longhorizon/tensor';
import * as everything from "@longhorizon/tensor";
const x: Tensor = input([3])!;
await Promise.resolve(plus(x, x) as Tensor);
// import { text } from 'nowhere';
`;
  const text = moduleOf(program, known);
  expect(text).not.toMatch(/\bTensor\b|^import/m);
  expect(text).toContain('const { default: assert } = __modules["node:assert/strict"];');
  expect(text).toMatch(/add : plus/);
  expect(text).toContain('const everything = __modules["@longhorizon/tensor"]');
  const lineOf = (part: string, whole: string): number =>
    whole.slice(0, whole.indexOf(part)).split('\n').length;
  expect(lineOf('input([3])', text)).toBe(lineOf('input([3])', program));
  expect(lineOf('await', text)).toBe(lineOf('await', program));
});

it.each([
  ["import { a } from 'fs';", /There is no module fs here\. Programs can import @longhorizon\/tensor, node/],
  ['const = 3;', /Unexpected token|1:/],
  ['x'.repeat(longestProgram + 1), /has 50001 characters, and at most 50000 can be run here/],
])('a program that is none is refused with a sentence: %#', (program, sentence) => {
  expect(() => moduleOf(program, known)).toThrow(sentence);
});

it('every example can be read, and the core has one a section', () => {
  const examples = playgroundExamples(root);
  expect(examples.map(({ name }) => name)).toEqual([
    'hypergradient',
    'own-problem',
    ...[1, 2, 3, 4, 5, 6].map((number) => `core-${number}`),
  ]);
  const all = [
    ...known,
    '@longhorizon/nn',
    '@longhorizon/bilevel',
    '@longhorizon/bilevel/problems',
    '@longhorizon/hyperdistill',
    '@longhorizon/tensor/compiler',
  ];
  for (const { program, name } of examples) {
    expect(moduleOf(program, all), name).not.toMatch(/^\s*import\b/m);
    expect(program, name).toContain('console.log');
  }
});

it('a link holds a program, and gives it back', async () => {
  const program = "console.log('λ ≤ 1 & <script>');\n".repeat(50);
  const fragment = await fragmentOf(program);
  expect(fragment).toMatch(/^#program=[\w-]+$/);
  expect(fragment.length).toBeLessThan(program.length / 5);
  expect(await readFragment(fragment)).toEqual({ kind: 'program', text: program });
  expect(await readFragment('#example=core-3')).toEqual({ kind: 'example', name: 'core-3' });
  expect(await readFragment('')).toEqual({ kind: 'nothing' });
});

it('a damaged link, or one that grows without end, is a sentence', async () => {
  const fragment = await fragmentOf('console.log(1);'.repeat(10));
  const bomb = await fragmentOf(' '.repeat(5_000_000));
  for (const [text, why] of [
    [fragment.slice(0, -6), 'its letters are damaged'],
    ['#program=!!!', 'its letters are damaged'],
    ['#program=AAAA', 'its letters are damaged'],
    [bomb, 'it is too long'],
    [`#program=${'A'.repeat(2 * longestProgram + 1)}`, 'it is too long'],
  ] as const)
    expect(await readFragment(text)).toEqual({ kind: 'damaged', sentence: expect.stringContaining(why) });
});

it('assertions are counted, and a claim that does not hold says what was found', () => {
  const before = claims.held;
  assert.equal(1, 1);
  assert(true);
  assert.deepEqual(Float32Array.of(1, 2), Float32Array.of(1, 2));
  assert.deepEqual({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] });
  assert.match('text', /ex/);
  assert.throws(() => {
    throw new Error('planned');
  }, /plan/);
  expect(claims.held - before).toBe(6);
  expect(() => assert.equal(1, 2)).toThrow('1 is not 2.');
  expect(() => assert.deepEqual([1], Float32Array.of(1))).toThrow('[1] is not [1].');
  expect(() => assert.throws(() => {})).toThrow('Something was to be thrown');
  expect(claims.held - before).toBe(6);
});

it('values are shown as a person reads them', () => {
  expect(shown(Float32Array.of(0.1, 2))).toBe('[0.1, 2]');
  expect(shown({ a: 'b', c: [1 / 3], d: undefined })).toBe('{ a: "b", c: [0.3333333], d: undefined }');
  expect(shown(new Error('sentence'))).toBe('sentence');
  expect(shown(Array.from({ length: 50 }, () => 0))).toMatch(/… 10 more\]$/);
  const circle: { self?: unknown } = {};
  circle.self = circle;
  expect(shown(circle)).toContain('…');
});
