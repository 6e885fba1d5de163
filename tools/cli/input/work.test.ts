import { afterEach, expect, it, vi } from 'vitest';
import { progressOf } from './work.ts';

function messages(isTTY: boolean) {
  const written: string[] = [];
  return { written, to: { isTTY, write: (text: string) => written.push(text) } };
}

afterEach(() => {
  vi.restoreAllMocks();
});

it('says how much there is to do where it is much, and what is being done on a terminal', () => {
  const terminal = messages(true);
  const progress = progressOf(10_000, 3, terminal.to);
  progress('drmad');
  progress();
  expect(terminal.written[0]).toBe('About 30000 inner steps: 10000 in each of 3 runs.\n');
  expect(terminal.written[1]).toContain('1 of 3: drmad');

  const file = messages(false);
  progressOf(10_000, 3, file.to)('drmad');
  expect(file.written).toHaveLength(1);

  const small = messages(true);
  progressOf(20, 3, small.to)('drmad');
  expect(small.written).toEqual([]);
});

it('says how much time is left, from what the runs so far took', () => {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const { written, to } = messages(true);
  const progress = progressOf(10_000, 3, to);
  for (const name of ['exact', 'drmad', 'neumann']) {
    progress(name);
    now += 10_000;
  }
  expect(written.slice(1).map((line) => line.replace('\r\u001b[K', ''))).toEqual([
    '1 of 3: exact',
    '2 of 3: drmad, roughly 20 s left',
    '3 of 3: neumann, roughly 10 s left',
  ]);
});
