import { describe, expect, it } from 'vitest';
import {
  binomialSchedule,
  everyStateSchedule,
  fewestAdvances,
  type ReverseMove,
  stepsCovered,
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

  it('with every state saved, run each step once going forward and once more reversing', () => {
    expect(follow(everyStateSchedule(20), 20)).toEqual({ advances: 19, slots: 20 });
  });
});
