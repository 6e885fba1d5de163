import { expect, it } from 'vitest';
import { hostArray } from '../problem/host-array.ts';
import { makeEngine } from '../workspace/make-engine.ts';
import { execute, Workspace } from '../workspace/workspace.ts';
import { declareGaussJordan } from './gauss-jordan.ts';

async function solved(matrix: readonly number[], b: readonly number[]): Promise<number[]> {
  const n = b.length;
  const workspace = new Workspace();
  const M = workspace.variable('M', [n, n], { initial: hostArray(matrix, [n, n]) });
  const right = workspace.variable('b', [n], { initial: hostArray(b) });
  const x = workspace.variable('x', [n]);
  const system = declareGaussJordan(workspace, { unknowns: n, name: 'system' });
  const begin = workspace.computation('begin', system.from(M.tensor, right.tensor));
  const finish = workspace.computation('solution', [[x, system.solution]]);
  const { engine } = await makeEngine('float64', workspace);
  await engine.perform([execute(begin, 0), ...system.steps(), execute(finish, 0)]);
  return [...(await engine.read(x))];
}

it.each([1, 1e-9, 1e9])('solves a system that needs another pivot, its entries times %d', async (scale) => {
  const [x, y] = await solved([0, 2 * scale, 2 * scale, scale], [2 * scale, 3 * scale]);
  expect(x).toBeCloseTo(1, 6);
  expect(y).toBeCloseTo(1, 6);
});

it('gives 0 to an unknown that is left without a pivot', async () => {
  expect(await solved([1, 1, 1, 1], [2, 2])).toEqual([2, 0]);
});
