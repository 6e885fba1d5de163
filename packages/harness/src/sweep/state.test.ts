import { describe, expect, it } from 'vitest';
import type { Status } from '../cell/config.ts';
import { missingOf, type SweepState, type SweepTask } from './state.ts';

/** A task that is over, with the cells named. */
const taskOf = (number: number, cells: readonly string[], change: Partial<SweepTask> = {}): SweepTask => ({
  ...{ round: 1, number, writer: `r1-t${number}`, cells, seconds: 1, timeFactor: 1, memoryFactor: 1 },
  ...{ starts: [], engine: undefined, state: 'over' },
  ...change,
});

const stateOf = (
  tasks: readonly SweepTask[],
  statuses: Readonly<Record<string, Status>>,
): Pick<SweepState, 'answers' | 'lastTask'> => {
  const lastTask = new Map(tasks.flatMap((task) => task.cells.map((cell) => [cell, task] as const)));
  const answers = Object.entries(statuses).map(([cell, status]) => {
    const task = lastTask.get(cell) ?? taskOf(0, []);
    return [cell, { cell, status, ms: 1, task }] as const;
  });
  return { answers: new Map(answers), lastTask };
};

describe('missingOf', () => {
  const again = (tasks: readonly SweepTask[], statuses: Readonly<Record<string, Status>> = {}) =>
    missingOf(stateOf(tasks, statuses) as SweepState).map(({ cell, timeFactor, memoryFactor }) => [
      cell,
      timeFactor,
      memoryFactor,
    ]);

  it('runs again what has no answer, and with more of it what was out of time or memory', () => {
    const task = taskOf(1, ['good', 'bad', 'late', 'large', 'lost']);
    const found = again([task], { good: 'ok', bad: 'error', late: 'timeout', large: 'oom' });
    // Four times the time, twice the memory.
    expect(found).toEqual([
      ['late', 4, 1],
      ['large', 1, 2],
      ['lost', 1, 1],
    ]);
  });

  it('gives more once: what fails again so has failed, and what was lost with it keeps what it had', () => {
    const more = taskOf(2, ['late', 'lost'], { round: 2, timeFactor: 4 });
    const larger = taskOf(3, ['large', 'slow'], { round: 2, memoryFactor: 2 });
    expect(again([more, larger], { late: 'timeout', large: 'oom', slow: 'timeout' })).toEqual([
      ['lost', 4, 1],
      ['slow', 4, 2],
    ]);
  });

  it('takes a task that the engine killed for its memory as one that needs more', () => {
    const engine = { state: 'failed', said: 'OUT_OF_MEMORY' } as const;
    expect(again([taskOf(1, ['a'], { engine })])).toEqual([['a', 1, 2]]);
  });

  it('leaves what waits or runs alone', () => {
    expect(again([taskOf(1, ['a'], { state: 'waiting' }), taskOf(2, ['b'], { state: 'running' })])).toEqual(
      [],
    );
  });
});
