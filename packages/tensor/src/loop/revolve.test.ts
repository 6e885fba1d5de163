import { describe, expect, it } from 'vitest';
import {
  binomialSchedule,
  everyStateSchedule,
  fewestAdvances,
  keptByTree,
  type ReverseMove,
  stepsCovered,
  treeSchedule,
} from './revolve.ts';

/** Follows a schedule and checks that every move is possible; returns what it did. */
function follow(moves: Iterable<ReverseMove>, steps: number) {
  const slots = new Map<number, number>();
  let state = 0;
  let advances = 0;
  const reversed: number[] = [];
  for (const move of moves) {
    if (move.kind === 'save') {
      expect(move.state).toBe(state);
      slots.set(move.slot, state);
    } else if (move.kind === 'load') {
      expect(slots.get(move.slot)).toBe(move.state);
      state = move.state;
    } else {
      expect(move.step).toBe(state);
      state++;
      if (move.kind === 'advance') advances++;
      else reversed.push(move.step);
    }
  }
  expect(reversed).toEqual(Array.from({ length: steps }, (_, k) => steps - 1 - k));
  return { advances, slots: slots.size };
}

describe('checkpoint schedules', () => {
  it.each([1, 2, 3, 5, 10, 37, 100, 333])(
    'reverse %i steps under any number of slots, with the fewest advances',
    (steps) => {
      for (const slots of [1, 2, 3, 5, 8, 20, 400]) {
        const done = follow(binomialSchedule(steps, slots), steps);
        expect(done.slots).toBeLessThanOrEqual(slots);
        expect(done.advances).toBe(fewestAdvances(steps, Math.min(slots, steps)));
      }
    },
  );

  it('agree with the published binomial numbers', () => {
    // Griewank & Walther 2000: 3 slots and 2 repetitions cover 10 steps with 15 advances more than the steps themselves need.
    expect(stepsCovered(3, 2)).toBe(10);
    expect(fewestAdvances(10, 3)).toBe(15);
  });

  it.each([1, 2, 3, 7, 9, 10, 11, 64, 100, 333, 1000])(
    'of k-ary trees reverse %i steps with at most k ceil(log_k T) states, none advanced more than ceil(log_k T) times',
    (steps) => {
      for (const arity of [2, 3, 10, 17]) {
        const done = follow(treeSchedule(steps, arity), steps);
        const levels = [...Array(20).keys()].find((level) => arity ** level >= steps)!;
        expect(done.slots).toBe(keptByTree(steps, arity));
        expect(done.slots).toBeLessThanOrEqual(Math.max(1, arity * levels));
        expect(done.advances).toBeLessThanOrEqual(steps * levels);
        // No schedule does with fewer advances at as many states.
        expect(done.advances).toBeGreaterThanOrEqual(fewestAdvances(steps, Math.min(done.slots, steps)));
      }
    },
  );

  it('at T = 1000 and k = 10 keep 28 states, and run 2,700 steps to the 2,535 of the binomial schedule', () => {
    expect(follow(treeSchedule(1000, 10), 1000)).toEqual({ advances: 2700, slots: 28 });
    expect(fewestAdvances(1000, 28)).toBe(2535);
  });

  it('with every state saved, run each step once going forward and once more reversing', () => {
    expect(follow(everyStateSchedule(20), 20)).toEqual({ advances: 19, slots: 20 });
  });
});
