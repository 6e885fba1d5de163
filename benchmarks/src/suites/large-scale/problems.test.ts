/** @file Task sets and recipes of a cell, drawn from its streams of random numbers. */
import { keyAt, loadDataset, quadraticTasks } from '@longhorizon/datasets';
import type { CellConfig } from '@longhorizon/harness';
import { describe, expect, it } from 'vitest';
import { functionProblems } from './functions.ts';
import { checkSameBody, networkFor } from './model/networks.ts';
import { splitTask } from './model/split.ts';

const config = (more: Partial<CellConfig> = {}): CellConfig => ({
  suite: 'large-scale',
  problem: 'quadratics',
  method: 'reptile',
  horizon: 20,
  dimension: 3,
  seed: 0,
  profile: 'quick',
  pass: 'training',
  parameters: {},
  ...more,
});
const named = (name: string) => functionProblems.find((row) => row.name === name)!;

describe('quadratics', () => {
  const make = (dimension: number, seeds = { data: 5, initialisation: 9 }) =>
    named('quadratics').make(config({ dimension }), seeds);

  it('are eight, with the curvatures and centres of the stream of data', () => {
    const { groups, p } = make(3);
    expect(p).toBe(3);
    expect(groups.reduce((sum, { tasks }) => sum + tasks, 0)).toBe(8);
    const drawn = quadraticTasks(keyAt(5, { of: 'quadratics' }), {
      tasks: 8,
      dimension: 3,
      curvature: [0.01, 1],
      diagonal: false,
    });
    const given = Object.values(groups[0]!.given).map(({ values }) => Array.from(values));
    expect(given).toContainEqual(Array.from(drawn.hessians));
    expect(given).toContainEqual(Array.from(drawn.centres));
  });

  it('have diagonals alone above a hundred dimensions', () => {
    const lengths = (dimension: number) =>
      Object.values(make(dimension).groups[0]!.given)
        .map(({ values }) => values.length)
        .sort((a, b) => a - b);
    expect(lengths(100)).toEqual([8 * 100, 8 * 100 * 100]);
    expect(lengths(101)).toEqual([8 * 101, 8 * 101]);
  });

  it('begin at a φ of the stream of starts, within ±2', () => {
    const [one, same, other] = [
      make(50).initial,
      make(50, { data: 6, initialisation: 9 }).initial,
      make(50, { data: 5, initialisation: 10 }).initial,
    ].map((values) => Array.from(values));
    expect(one).toEqual(same);
    expect(one).not.toEqual(other);
    expect(Math.max(...one!.map(Math.abs))).toBeLessThanOrEqual(2);
    expect(Math.min(...one!)).toBeLessThan(-1);
  });

  it('are judged by the loss of the same tasks after K steps', () => {
    const recipe = named('quadratics').recipe(config(), { data: 5, initialisation: 9 });
    expect(recipe.metaTest.steps).toBe(20);
    expect(recipe.metaTest.taskSet.groups[0]!.given).toEqual(make(3).groups[0]!.given);
    expect(recipe).toMatchObject({ innerSteps: 1000, every: 60 });
    expect(recipe.judgedAt.at(-1)).toBe(1000);
  });
});

it('Himmelblau’s φ begins inside of the circle of its tasks', () => {
  for (let seed = 0; seed < 20; seed++) {
    const { initial } = named('himmelblau').make(config({ dimension: 2 }), { initialisation: seed });
    expect(initial).toHaveLength(2);
    for (const value of Array.from(initial)) expect(value >= 0 && value < 10).toBe(true);
  }
});

describe('the pictures of a task', () => {
  const dataset = loadDataset('glyphs', { seed: 1, classes: 5, perClass: 20 });
  const source = { name: 'some', dataset, pool: Uint32Array.from([4, 1, 2]) };
  const size = dataset.shape[1] * dataset.shape[2];
  const pictureAt = (bytes: ArrayLike<number>, k: number) =>
    Array.from({ length: size }, (_, pixel) => bytes[k * size + pixel]).join();

  it('are three parts without a picture in common, each with every class', () => {
    const task = splitTask(source, keyAt(2, { of: 'task' }), { perClass: 16 });
    // Of 16 pictures 12 are not for the report, and 3 of these are for development.
    expect(task.counts).toEqual({ train: 3 * 9, development: 3 * 3, test: 3 * 4 });
    expect(task.shape).toEqual(dataset.shape.slice(1));
    const names = Array.from({ length: 48 }, (_, k) => pictureAt(task.images, k));
    expect(new Set(names).size).toBe(48);
    const { train, development } = task.counts;
    for (const [from, to] of [
      [0, train],
      [train, train + development],
      [train + development, 48],
    ] as const)
      expect(new Set(task.labels.subarray(from, to))).toEqual(new Set([0, 1, 2]));
    // Pictures and labels belong together: a label is one class of the data set.
    const classOf = new Map(
      [...dataset.labels.entries()].map(([k, label]) => [pictureAt(dataset.images, k), label]),
    );
    const classes = [0, 1, 2].map(
      (label) => new Set(names.filter((_, k) => task.labels[k] === label).map((name) => classOf.get(name))),
    );
    expect(classes.map((some) => some.size)).toEqual([1, 1, 1]);
    expect(new Set(classes.flatMap((some) => [...some]))).toEqual(new Set([4, 1, 2]));
  });

  it('are refused in a sentence where a class would have nothing for a part', () => {
    const key = keyAt(2, { of: 'task' });
    expect(() => splitTask(source, key, { perClass: 4, developmentShare: 0.1 })).toThrow(
      /task 'some': class '.*' has 3 pictures that are not for the test, and a share of 0.1 of them/,
    );
    expect(() => splitTask(source, key, { perClass: 8, developmentShare: 1 })).toThrow(
      /a share of 1 of them/,
    );
  });
});

it('tasks of other sizes share a body only where no layer depends on the size', () => {
  const average = (side: number) => networkFor({ kind: 'convolutional', filters: [4, 4] }, [side, side], 3);
  expect(() => checkSameBody(average(8), average(12))).not.toThrow();
  const narrow = networkFor({ kind: 'convolutional', filters: [4, 8] }, [12, 12], 3);
  expect(() => checkSameBody(average(8), narrow)).toThrow(
    /The body of .* has \d+ weights for pictures of 8 × 8 × 3, but \d+ for pictures of 12 × 12 × 3/,
  );
});
