import { expect, it } from 'vitest';
import { rowsOf } from './rows.ts';

const of = (profile: 'quick' | 'full', group: string) => rowsOf(profile).filter((row) => row.group === group);

it('convolutions are those of a few-shot network whose pictures are halved by pooling', () => {
  const forward = of('quick', 'conv2d').filter(({ name }) => name.startsWith('conv2d-forward'));
  expect(forward.map(({ name }) => name)).toEqual([
    'conv2d-forward-28x28x1-32',
    'conv2d-forward-14x14x32-32',
    'conv2d-forward-7x7x32-32',
    'conv2d-forward-3x3x32-32',
    'conv2d-forward-28x28x1-64',
    'conv2d-forward-14x14x64-64',
    'conv2d-forward-7x7x64-64',
    'conv2d-forward-3x3x64-64',
  ]);
  // Each with both of its gradients.
  expect(of('quick', 'conv2d')).toHaveLength(3 * forward.length);
});

it('rows bound by memory have two sizes: one that caches may hold, and one that they do not', () => {
  const sizes = (profile: 'quick' | 'full') => [
    ...new Set(
      of(profile, 'bandwidth').map(({ work }) =>
        work.kind === 'pointwise' ? work.elements : work.kind === 'reduction' ? work.rows * work.columns : 0,
      ),
    ),
  ];
  expect(sizes('quick')).toEqual([2 ** 20, 2 ** 22]);
  expect(sizes('full')).toEqual([2 ** 20, 2 ** 24]);
});

it('a title says what a name does', () => {
  const titles = Object.fromEntries(rowsOf('full').map(({ name, title }) => [name, title]));
  expect(titles['matmul-256']).toBe('256 × 256 · 256 × 256');
  expect(titles['matmul-32x25x576x64']).toBe('32 × [25×576]·[576×64]');
  expect(titles['conv2d-input-gradient-14x14x32-32']).toBe('input gradient [25,14,14,32] → 32');
  expect(titles['horizon-10000']).toBe('T = 10,000 steps of a small problem');
});

it('the longest compilation from nothing is left to the full profile', () => {
  expect(of('quick', 'cold-start').map(({ name }) => name)).toEqual(['first-step-mlp']);
  expect(of('full', 'cold-start').map(({ name }) => name)).toEqual([
    'first-step-mlp',
    'first-step-convolutional',
  ]);
});
