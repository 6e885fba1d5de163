/** @file What the README says of PyTorch, from the committed records. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRecords } from '@longhorizon/harness';
import { expect, it } from 'vitest';
import { root } from '../../root.ts';

const { records, rejected } = readRecords([
  join(root, 'benchmarks/records/llvmpipe-two-cores/pytorch.jsonl'),
]);

/** Time of a call in that of PyTorch, medians of one run in turns. */
function inPyTorchs(problem: string): string {
  const [own, theirs] = ['longhorizon', 'pytorch'].map(
    (method) =>
      records.find(({ config }) => config.problem === problem && config.method === method)!.time!.phases.call!
        .summary.median,
  );
  const ratio = own! / theirs!;
  return ratio < 1 ? ratio.toFixed(2) : ratio.toFixed(1);
}

it('holds both libraries at thirty rows, from one clean commit', () => {
  expect(rejected).toEqual([]);
  expect(records.map(({ status }) => status)).toEqual(Array.from({ length: 60 }, () => 'ok'));
  expect(new Set(records.map(({ code }) => `${code.commit} ${code.dirty}`)).size).toBe(1);
  expect(records[0]!.code.dirty).toBe(false);
});

it('the README says its numbers', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8').replace(/\s+/g, ' ');
  for (const sentence of [
    `one-step takes ${inPyTorchs('tracking-one-step')} times as long`,
    `exact reverse mode ${inPyTorchs('tracking-exact-reverse')}`,
    `HyperDistill ${inPyTorchs('tracking-hyperdistill')};`,
    `a step of the sine network takes ${inPyTorchs('sgd-step-sine')}`,
    `convolutional network ${inPyTorchs('maml-gradient-convolutional')}, a step of it ${inPyTorchs('sgd-step-convolutional')}`,
    `of a perceptron ${inPyTorchs('sgd-step-mlp')}`,
    `1024 × 1024 matrices ${inPyTorchs('matmul-1024')} times as long`,
  ])
    expect(readme).toContain(sentence);
});
