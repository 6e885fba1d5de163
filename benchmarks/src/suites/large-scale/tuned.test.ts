import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Tuned } from '../../measurements/initialisation/rows.ts';
import { initMethods, methodNamed } from '../../methods/registry.ts';
import { tunedFor } from './tuned.ts';

const table = JSON.parse(readFileSync(join(import.meta.dirname, 'tuned.json'), 'utf8')) as readonly Tuned[];

it('β is the value of the least loss among those that stayed finite', () => {
  expect(table.length).toBeGreaterThan(0);
  for (const { problem, method, rates, losses, beta } of table) {
    expect(losses, `${method} on ${problem}`).toHaveLength(rates.length);
    const least = Math.min(...losses.map((loss) => loss ?? Number.POSITIVE_INFINITY));
    expect(beta, `${method} on ${problem}`).toBe(rates[losses.indexOf(least)]);
  }
});

it('every choice was made among the values that the method has now', () => {
  for (const { method, rates } of table) expect(rates).toEqual(methodNamed(initMethods, method).rates);
});

it('a K that was not tried has the choice of the nearest one, by ratio', () => {
  const own = table.filter(({ problem, method }) => problem === 'quadratics' && method === 'reptile');
  const [low, high] = [...own].map(({ horizon }) => horizon).sort((a, b) => a - b) as [number, number];
  expect(low).toBeLessThan(high);
  for (const one of own) expect(tunedFor('quadratics', 'reptile', one.horizon)).toEqual(one);
  const between = Math.sqrt(low * high);
  expect(tunedFor('quadratics', 'reptile', between * 0.99)?.horizon).toBe(low);
  expect(tunedFor('quadratics', 'reptile', between * 1.01)?.horizon).toBe(high);
  expect(tunedFor('quadratics', 'reptile', 10 * Math.max(...own.map(({ horizon }) => horizon)))).toEqual(
    own.find(({ horizon }) => horizon === Math.max(...own.map((each) => each.horizon))),
  );
});

it('nothing is chosen where nothing was tried', () => {
  expect(tunedFor('quadratics', 'no-such-method', 100)).toBeUndefined();
  expect(tunedFor('no-such-problem', 'reptile', 100)).toBeUndefined();
});
