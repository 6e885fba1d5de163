import { afterEach, expect, it } from 'vitest';
import type { Arm } from './arm.ts';
import { collectFacts, type Side } from './collect.ts';
import { cellName, type TrackCell } from './facts.ts';
import { fixtureFacts } from './fixture/facts.ts';
import type { PartialResults, SettledCell } from './partial.ts';
import { factsSideOf } from './run.ts';

const cells = ['a', 'b', 'c', 'd', 'e'].map(
  (problem): TrackCell => ({ suite: 's', problem, method: 'm', horizon: 1, dimension: 1 }),
);
const pause = () => new Promise((resolve) => setTimeout(resolve, 1));

/** A side that writes down when a cell is begun and answered, and by which of its processes. */
function recordingSide(name: string, events: string[], facts = fixtureFacts()): Side {
  let processes = 0;
  return {
    name,
    start: () => {
      const number = processes++;
      const ask = async ({ cell }: { readonly cell: TrackCell }) => {
        events.push(`${name} ${cell.problem} begins in ${number}`);
        await pause();
        events.push(`${name} ${cell.problem} ends`);
        return facts;
      };
      return { pid: undefined, ask: ask as unknown as Arm['ask'], close: async () => {} };
    },
  };
}

it('a cell is asked of the base first, so that the head finds its shaders compiled; cells go to two processes a side by their places', async () => {
  const events: string[] = [];
  const sides = { base: recordingSide('base', events), head: recordingSide('head', events) };
  const { base, head } = await collectFacts(sides, cells);
  for (const [place, { problem }] of cells.entries()) {
    const own = events.filter((event) => event.includes(` ${problem} `));
    expect(own.map((event) => event.replace(/ in \d/, ''))).toEqual([
      `base ${problem} begins`,
      `base ${problem} ends`,
      `head ${problem} begins`,
      `head ${problem} ends`,
    ]);
    for (const event of own.filter((one) => one.includes('begins')))
      expect(event.at(-1)).toBe(`${place % 2}`);
  }
  expect(events.indexOf('base b begins in 1')).toBeLessThan(events.indexOf('base a ends'));
  expect(Object.keys(base)).toEqual(cells.map(cellName));
  expect(Object.keys(head)).toEqual(cells.map(cellName));
});

it('what differs is asked twice more of each side, one side after the other', async () => {
  const events: string[] = [];
  const sides = {
    base: recordingSide('base', events),
    head: recordingSide('head', events, fixtureFacts({ counters: { dispatches: 9 } })),
  };
  await collectFacts(sides, cells.slice(0, 1));
  const begun = events.filter((event) => event.includes('begins')).map((event) => event.split(' ')[0]);
  expect(begun).toEqual(['base', 'head', 'base', 'head', 'base', 'head']);
});

it('a result that cannot be kept ends both halves of the run', async () => {
  const events: string[] = [];
  const sides = { base: recordingSide('base', events), head: recordingSide('head', events) };
  const partial: PartialResults<SettledCell> = {
    get: () => undefined,
    add: () => {
      throw new Error('the disk is full');
    },
    clear: () => {},
  };
  await expect(collectFacts(sides, cells, { partial })).rejects.toThrow('the disk is full');
  expect(events.filter((event) => event.includes('base c'))).toEqual([]);
});

/** A process that answers everything with a variable of its environment. */
const answers =
  "process.on('message', ({ id }) => process.send({ id, ok: true, answer: process.env.LONGHORIZON_FACTS_TEST }))";

afterEach(() => {
  delete process.env.LONGHORIZON_FACTS_TEST;
});

it('processes that are asked for facts alone get variables of their own, below those of the user', async () => {
  const answerOf = async (): Promise<unknown> => {
    const arm = factsSideOf('a side', process.cwd(), {
      arm: { script: '-', execArgv: ['--eval', answers] },
      factsEnvironment: { LONGHORIZON_FACTS_TEST: 'of the definition' },
    }).start();
    try {
      return await arm.ask({ kind: 'describe' });
    } finally {
      await arm.close();
    }
  };
  expect(await answerOf()).toBe('of the definition');
  process.env.LONGHORIZON_FACTS_TEST = 'of the user';
  expect(await answerOf()).toBe('of the user');
});
