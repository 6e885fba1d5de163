import { cellName } from '@longhorizon/harness';
import { expect, it } from 'vitest';
import { hyperMethods, initMethods } from '../methods/registry.ts';
import { suites } from '../suites/index.ts';
import { rowsOf } from '../suites/kernels/rows.ts';
import { trackCells } from './cells.ts';
import { trackDefinition } from './definition.ts';

const cells = trackCells();

it('covers every suite, every method that suites compare on generated data, and every kernel row', () => {
  const here = new Set(cells.map(({ method }) => method));
  const declared = new Set(suites.flatMap(({ suite }) => suite.methods.map(({ id }) => id)));
  const all = [...hyperMethods, ...initMethods].filter(({ id }) => declared.has(id));
  expect(all.map(({ name }) => name).filter((name) => !here.has(name))).toEqual([]);
  // Feeding and plain training are times; what they ask of WebGPU is asked by the other suites.
  const named = suites
    .map(({ suite }) => suite.name)
    .filter((name) => !['feeding', 'training'].includes(name));
  expect(named.filter((name) => !cells.some(({ suite }) => suite === name))).toEqual([]);
  const rows = cells.filter(({ suite }) => suite === 'kernels').map(({ problem }) => problem);
  expect(rows).toEqual(rowsOf('quick').map(({ name }) => name));
});

it('names problems and methods that the suites declare, each cell once', () => {
  const names = cells.map(cellName);
  expect(new Set(names).size).toBe(names.length);
  for (const { suite, problem, method } of cells) {
    const found = suites.find((one) => one.suite.name === suite)?.suite;
    expect(found?.problems.map(({ name }) => name)).toContain(problem);
    expect(found?.methods.map(({ name }) => name)).toContain(method);
  }
});

it('knows which files cells run through', () => {
  const { isMeasured } = trackDefinition;
  for (const path of [
    'packages/tensor/src/ops/arithmetic/add.ts',
    'packages/tensor/src/kernels/matmul/tile.wgsl',
    'packages/harness/src/cell/seeds.ts',
    'benchmarks/src/suites/hypergradient/problems.ts',
    'datasets/src/index.ts',
    'package-lock.json',
  ])
    expect(isMeasured(path)).toBe(true);
  for (const path of [
    'README.md',
    'docs/glossary.md',
    'packages/tensor/src/ops/arithmetic/add.test.ts',
    'packages/tensor/README.md',
    'packages/harness/src/report/build.ts',
    'benchmarks/src/bench/definition.ts',
    'benchmarks/src/track/recorder.ts',
    'benchmarks/src/suites/attack/studies/tables.ts',
  ])
    expect(isMeasured(path)).toBe(false);
});
