import { expect, it } from 'vitest';
import { schedule } from '../../problems/schedule.ts';
import { prepare } from '../../session/run.ts';
import { drmad } from './drmad.ts';

it('DrMAD with momentum interpolates the velocity from 0 as it does the weights', async () => {
  const [h, c, T, eta, mu, xi] = [1.5, 0.3, 4, 0.1, 0.9, 0.01];
  const problem = schedule({
    h: [h],
    m: [0],
    w0: [1],
    outer: { kind: 'quadratic', c: [c] },
    scalars: [eta, mu, xi],
  });
  // On plain numbers: v' = μv + (h + ξ)w, w' = w − ηv'; back along the line from (1, 0) to where it ends.
  let [w, v] = [1, 0];
  for (let t = 0; t < T; t++) {
    v = mu * v + (h + xi) * w;
    w -= eta * v;
  }
  let [ofW, ofV] = [w - c, 0];
  const expected = [0, 0, 0];
  for (let t = T - 1; t >= 0; t--) {
    const [atW, atV] = [1 - t / T + (t / T) * w, (t / T) * v];
    const next = ofV - eta * ofW;
    expected[0]! -= ofW * (mu * atV + (h + xi) * atW);
    expected[1]! += next * atV;
    expected[2]! += next * atW;
    [ofW, ofV] = [ofW + next * (h + xi), mu * next];
  }
  const run = await prepare('float64', problem, drmad, { horizon: T });
  await run.compute();
  const found = await run.read('hypergradient');
  run.destroy();
  found.forEach((value, k) => {
    expect(value).toBeCloseTo(expected[k]!, 12);
  });
});
