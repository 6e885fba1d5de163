import { describe, expect, it } from 'vitest';
import { listCells } from '../cell/cell-list.ts';
import { defineSuite } from '../cell/suite.ts';
import { fixtureContext } from '../record/fixture/records.ts';
import type { CellRecord } from '../record/record.ts';
import { stableDigest } from '../record/stable.ts';
import type { CellOutcome } from '../run/cell-runner.ts';
import { openSession, type SessionEnd, type Shelf } from './session.ts';
import type { WorkerExecutor } from './worker-executor.ts';

const suite = defineSuite({
  name: 'costs',
  title: 'Costs',
  description: '',
  measureVersion: 1,
  problems: [{ name: 'quadratic' }],
  methods: [{ name: 'exact' }, { name: 'long', horizon: { minimum: 5, maximum: 10 } }],
  passes: ['gradient'],
  profiles: { quick: { horizons: [1, 10], dimensions: [5], seeds: [0, 1] } },
});
const { cells } = listCells([suite], { profile: 'quick' });
const unsupported = cells.filter((cell) => cell.unsupported !== undefined).length;

/** A browser's database, and what it is told to do when it is full. */
class MemoryShelf implements Shelf {
  readonly kept = new Map<string, unknown>();
  most = Number.POSITIVE_INFINITY;
  load = async (): Promise<readonly unknown[]> => [...this.kept.values()];
  put = async (key: string, record: CellRecord): Promise<void> => {
    if (this.kept.size >= this.most) throw new DOMException('no space', 'QuotaExceededError');
    this.kept.set(key, structuredClone(record));
  };
}

const measured = (status: 'ok' | 'device-lost', cellId = ''): CellOutcome => ({
  kind: 'measured',
  measurement:
    status === 'ok' ? { status, details: { cell: cellId } } : { status, reason: 'the driver was reset' },
});

/** Opens the page once: `closesAfter` cells it is closed, as a tab that nobody asks. */
async function visit(
  shelf: Shelf,
  {
    closesAfter = Number.POSITIVE_INFINITY,
    outcomes = [] as CellOutcome[],
    codeHash = 'code',
    reopened = () => fixtureContext.environment,
  } = {},
) {
  const pause = new AbortController();
  const ran: string[] = [];
  let opened = 1;
  const executor: WorkerExecutor = {
    describe: async () => reopened(),
    run: async (cell, signal) => {
      if (ran.length >= closesAfter) pause.abort();
      if (signal.aborted) return { kind: 'interrupted' };
      ran.push(cell.cellId);
      return outcomes.shift() ?? measured('ok', cell.cellId);
    },
    close: async () => void opened++,
  };
  const session = await openSession({
    cells,
    environment: fixtureContext.environment,
    codeHashOf: () => codeHash,
    code: fixtureContext.code,
    executor,
    shelf,
    isHidden: () => false,
  });
  const before = session.records().length;
  const notes: string[] = [];
  const end: SessionEnd = await session.run(pause.signal, {
    begin: () => {},
    end: () => {},
    note: (sentence) => notes.push(sentence),
  });
  return { end, ran, before, notes, session, opened: () => opened };
}

describe('a session of a page', () => {
  it('that was closed in the middle goes on, and its records are those of one that was not', async () => {
    const whole = await visit(new MemoryShelf());
    expect(whole.end).toEqual({ kind: 'done' });
    expect(whole.ran).toHaveLength(cells.length - unsupported);

    const shelf = new MemoryShelf();
    const first = await visit(shelf, { closesAfter: 2 });
    expect(first.end).toEqual({ kind: 'paused' });
    const second = await visit(shelf);
    expect(second.before).toBe(shelf.kept.size - (cells.length - second.before));
    expect([...first.ran, ...second.ran]).toEqual(whole.ran);
    const digests = (records: readonly CellRecord[]): readonly string[] => records.map(stableDigest);
    expect(digests(second.session.records())).toEqual(digests(whole.session.records()));
    expect(second.session.records()).toHaveLength(cells.length);
    expect((await visit(shelf)).ran).toEqual([]);
  });

  it('takes no record of other code for an answer, and none that is damaged', async () => {
    const shelf = new MemoryShelf();
    await visit(shelf, { codeHash: 'earlier' });
    shelf.kept.set('odd', { schemaVersion: 99 });
    shelf.kept.set('odder', '<b>');
    const { before, ran } = await visit(shelf);
    expect(before).toBe(0);
    expect(ran).toHaveLength(cells.length - unsupported);
  });

  it('keeps what does not fit into the browser for the download, and says so', async () => {
    const shelf = new MemoryShelf();
    shelf.most = 2;
    const { end, session } = await visit(shelf);
    expect(end).toEqual({
      kind: 'stopped',
      sentence: expect.stringMatching(
        /keeps no more records \(its space for this site is used up\)\. All of them are still here: download/,
      ),
    });
    expect(session.records()).toHaveLength(3);
    expect(shelf.kept.size).toBe(2);
  });

  it('measures a cell once more when the device is lost, and the record says nothing of it', async () => {
    const { end, notes, session, opened } = await visit(new MemoryShelf(), {
      outcomes: [measured('device-lost')],
    });
    expect(end.kind).toBe('done');
    expect(notes).toEqual([
      expect.stringMatching(
        /^The device was lost at costs\/quadratic .*\(the driver was reset\)\. It is opened anew/,
      ),
    ]);
    expect(opened()).toBe(2);
    expect(session.records().filter(({ status }) => status === 'device-lost')).toEqual([]);
  });

  it('ends when the device is lost again and again, and the next visit measures those cells', async () => {
    const shelf = new MemoryShelf();
    const lost = Array.from({ length: 100 }, () => measured('device-lost'));
    const one = await visit(shelf, { outcomes: lost });
    expect(one.end).toEqual({
      kind: 'stopped',
      sentence: expect.stringMatching(
        /^The device was lost in 3 cells one after another \(the driver was reset\)\. What is finished is kept/,
      ),
    });
    const two = await visit(shelf);
    expect(two.end.kind).toBe('done');
    expect(two.session.records().every(({ status }) => status === 'ok' || status === 'unsupported')).toBe(
      true,
    );
  });

  it('ends where a lost device cannot be opened again, or is another one then', async () => {
    const gone = await visit(new MemoryShelf(), {
      outcomes: [measured('ok'), measured('device-lost')],
      reopened: () => {
        throw new Error('No WebGPU adapter was found.');
      },
    });
    expect(gone.end).toEqual({
      kind: 'stopped',
      sentence: expect.stringMatching(
        /cannot be opened again: No WebGPU adapter was found\. What is finished is kept/,
      ),
    });
    expect(gone.session.records().map(({ status }) => status)).not.toContain('device-lost');
    const other = await visit(new MemoryShelf(), {
      outcomes: [measured('device-lost')],
      reopened: () => ({ ...fixtureContext.environment, fingerprint: 'f'.repeat(64) }),
    });
    expect(other.end).toEqual({
      kind: 'stopped',
      sentence: expect.stringMatching(/now gives another one \(fixture adapter/),
    });
  });

  it('notes of a record that the page was out of view', async () => {
    const shelf = new MemoryShelf();
    const session = await openSession({
      cells: cells.slice(0, 1),
      environment: fixtureContext.environment,
      codeHashOf: () => 'code',
      code: fixtureContext.code,
      executor: {
        run: async () => measured('ok'),
        close: async () => {},
        describe: async () => fixtureContext.environment,
      },
      shelf,
      isHidden: () => true,
    });
    await session.run(new AbortController().signal, { begin: () => {}, end: () => {}, note: () => {} });
    expect(session.records()[0]?.notes?.[0]).toContain('not in view');
    expect(session.records()[0]?.run.isolation).toBe('browser');
  });
});
