/** @file What the first page says of the committed records, held to their numbers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  answersOf,
  type CellRecord,
  leaderboardRows,
  ownText,
  pairSentences,
  readRecords,
  type Suite,
} from '@longhorizon/harness';
import { beforeAll, describe, expect, it } from 'vitest';
import { root } from '../root.ts';
import { suites } from '../suites/index.ts';

describe('the questions of the first page', () => {
  let records: readonly CellRecord[];
  let answers: ReadonlyMap<string, readonly string[]>;
  beforeAll(() => {
    const { suite } = suites.find((one) => one.suite.name === 'hypergradient') as { suite: Suite };
    records = readRecords([join(root, 'benchmarks/records')]).records.filter(
      ({ config }) => config.suite === suite.name,
    );
    const found = answersOf({ suite, rows: leaderboardRows(records, [suite]) });
    answers = new Map(found.map(({ question, sentences }) => [question, sentences]));
  });

  const peak = (problem: string, method: string, T: number, p: number): number => {
    const record = records.find(
      ({ config, memory }) =>
        memory !== undefined &&
        config.problem === problem &&
        config.method === method &&
        config.horizon === T &&
        config.dimension === p,
    );
    return record!.memory!.peakBytes;
  };

  it('T grows: what a step adds to exact reverse mode, and to nothing else', () => {
    const slope =
      (peak('rates', 'exact-reverse', 1000, 1000) - peak('rates', 'exact-reverse', 1, 1000)) / 999;
    expect(Math.round(slope / 102.4) / 10).toBe(4);
    expect(answers.get('T grows')?.slice(0, 2)).toEqual([
      'exact-reverse takes 4.00 KiB more a step (Learning rates, p = 1000).',
      '10 other methods take nothing more over T = 1 to 10\u202f000.',
    ]);
    for (const method of ['hyperdistill', 'one-step', 'drmad', 'neumann', 'conjugate-gradient'])
      expect(peak('tracking', method, 10_000, 1000), method).toBe(peak('tracking', method, 10, 1000));
  });

  it('T grows: the fastest and the slowest at the longest T whose cells tell them apart', () => {
    expect(answers.get('T grows')?.[2]).toBe(
      'Time at T = 100 (Data cleaning, Fashion-MNIST): truncated-reverse is fastest at 1.2 × the inner steps; forward takes 13.5 ×.',
    );
  });

  it('p grows: what a hyperparameter adds to forward mode, and at most to the others', () => {
    const slope = (peak('rates', 'forward', 1, 1000) - peak('rates', 'forward', 1, 1)) / 999;
    expect(Math.round(slope / 10.24) / 100).toBe(3.91);
    expect(answers.get('p grows')).toEqual([
      'forward takes 3.91 KiB more a hyperparameter (Learning rates, T = 1).',
      '10 other methods take at most 44 B more a hyperparameter over p = 1 to 1000.',
    ]);
  });

  it('memory is short: the peaks at T = 10,000', () => {
    const [first, , second] = answers.get('Memory is short') ?? [];
    const said = (method: string, text: string) => expect(first, method).toContain(`${method} ${text}`);
    expect((peak('tracking', 'exact-reverse', 10_000, 1000) / 2 ** 20).toFixed(1)).toBe('39.1');
    said('exact-reverse', '39.1 MiB');
    expect((peak('tracking', 'hyperdistill', 10_000, 1000) / 2 ** 10).toFixed(1)).toBe('71.1');
    said('hyperdistill', '71.1 KiB');
    said('one-step', '23.5 KiB');
    expect((peak('tracking-wide', 'hyperdistill', 10_000, 1_048_576) / 2 ** 20).toFixed(1)).toBe('40.0');
    expect(second).toContain('hyperdistill takes 40.0 MiB at T = 10\u202f000, p = 1\u202f048\u202f576');
  });

  it('memory is short: which methods stay under 64 MiB at T = 1000, and which of them are right', () => {
    const own = records.filter(({ config }) => config.horizon === 1000);
    const peaks = own.flatMap(({ config, memory }) =>
      memory === undefined ? [] : [{ method: config.method, bytes: memory.peakBytes }],
    );
    const methods = [...new Set(peaks.map(({ method }) => method))];
    const most = Math.max(...peaks.map(({ bytes }) => bytes));
    expect(most).toBeLessThan(64 * 2 ** 20);
    const cosines = own.filter(({ config, gradient }) => gradient?.cosine != null && config.dimension > 1);
    const exact = methods.filter((method) => {
      const some = cosines.filter(({ config }) => config.method === method);
      return some.length > 0 && some.every(({ gradient }) => gradient!.cosine! >= 0.9);
    });
    expect(answers.get('Memory is short')?.[1]).toBe(
      `Under 64.0 MiB at T = 1000: all ${methods.length} methods, up to ${(most / 2 ** 20).toFixed(2)} MiB; ` +
        `of these ${exact
          .sort()
          .join(', ')
          .replace(/, ([^,]*)$/, ' and $1')} have a cosine of 0.9 or more everywhere.`,
    );
  });

  it('it must be right: on how many problems a direction is', () => {
    const least = (method: string, problem: string): number => {
      const judged = records.filter(
        ({ config, gradient }) =>
          gradient?.cosine !== undefined &&
          config.method === method &&
          config.problem === problem &&
          config.dimension > 1,
      );
      const longest = Math.max(...judged.map(({ config }) => config.horizon));
      return Math.min(
        ...judged.filter(({ config }) => config.horizon === longest).map(({ gradient }) => gradient!.cosine!),
      );
    };
    const problems = [...new Set(records.map(({ config }) => config.problem))];
    const countOf = (method: string): string => {
      const all = problems.map((problem) => least(method, problem)).filter(Number.isFinite);
      return `${method} ${all.filter((cosine) => cosine >= 0.9).length} of ${all.length}`;
    };
    const said = answers.get('It must be right')?.join(' ') ?? '';
    expect(countOf('drmad')).toBe('drmad 4 of 6');
    for (const method of ['forward', 'drmad', 'hyperdistill', 'one-step', 'neumann'])
      expect(said).toContain(countOf(method));
  });

  it('HyperDistill or one-step: where training ends, seed by seed', () => {
    const losses = (method: string, problem: string, T: number, p: number): ReadonlyMap<number, number> =>
      new Map(
        records.flatMap(({ config, training, status }) =>
          config.method === method &&
          config.problem === problem &&
          config.horizon === T &&
          config.dimension === p &&
          config.pass === 'training' &&
          status === 'ok'
            ? [[config.seed, training!.final.outerLoss!] as const]
            : [],
        ),
      );
    // Each line names a problem with its T, p and seeds; signs are counted here, seed by seed.
    const [, ...lines] = answers.get('hyperdistill or one-step?') ?? [];
    const better = lines.find((line) => line.startsWith('hyperdistill ends better: ')) ?? '';
    expect(better).toContain('Data cleaning, Fashion-MNIST (T = 100, p = 100, 8 seeds)');
    const [ours, theirs] = ['hyperdistill', 'one-step'].map((method) =>
      losses(method, 'cleaning-fashion-mnist', 100, 100),
    ) as [ReadonlyMap<number, number>, ReadonlyMap<number, number>];
    const shared = [...ours.keys()].filter((seed) => theirs.has(seed));
    expect(shared).toHaveLength(8);
    expect(shared.filter((seed) => ours.get(seed)! < theirs.get(seed)!).length).toBeGreaterThanOrEqual(7);
    // Three seeds decide nothing.
    expect(lines.find((line) => line.startsWith('Too few seeds to tell: '))).toContain('Learning rates');
  });

  it('the README says no other numbers', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8').replace(/\s+/g, ' ');
    const said = [...answers.values()].flat().join(' ');
    const claim = (pattern: RegExp, sentence: (...found: string[]) => string, from = said) => {
      const found = pattern.exec(from);
      expect(found, String(pattern)).not.toBeNull();
      expect(readme).toContain(sentence(...found!.slice(1)));
    };
    claim(
      /exact-reverse takes ([\d.]+ KiB) more a step/,
      (bytes) => `Exact reverse mode takes ${bytes} more a step`,
    );
    claim(
      /other methods take (nothing) more over T = 1 to 10\u202f000/,
      () => 'no other method takes more memory from T = 1 to 10,000',
    );
    claim(
      /forward takes ([\d.]+ KiB) more a hyperparameter/,
      (bytes) => `Forward mode takes ${bytes} more a hyperparameter`,
    );
    claim(/at most (\d+ B) more a hyperparameter/, (bytes) => `the other methods at most ${bytes}`);
    claim(
      /exact-reverse ([\d.]+ MiB), hyperdistill ([\d.]+ KiB).* one-step ([\d.]+ KiB)/,
      (exact, ours, one) =>
        `At T = 10,000 exact reverse mode takes ${exact}, HyperDistill ${ours}, one-step ${one}.`,
    );
    claim(/forward (\d of \d)/, (count) => `forward mode on ${count} problems`);
    for (const [name, title] of [
      ['drmad', 'DrMAD'],
      ['hyperdistill', 'HyperDistill'],
      ['one-step', 'one-step'],
    ])
      claim(new RegExp(`${name} (\\d of \\d)`), (count) => `${title} on ${count}`);
    const experiments = suites.flatMap(({ reproductions }) => reproductions?.() ?? []);
    const [sinusoid, long, short] = ['sinusoid', 'cleaning-long', 'cleaning-short'].map(
      (id) => experiments.find((one) => one.id === id)!,
    );
    const [arm] = sinusoid!.arms;
    claim(
      /^([\d.]+ ± [\d.]+) \((\d+) seeds\)/,
      (value, seeds) => `test error is ${value} over ${seeds} seeds (published: ${arm!.published}).`,
      ownText(arm!),
    );
    claim(/−([\d.]+ ± [\d.]+).*: better/, (value) => `(by ${value})`, pairSentences(sinusoid!)[0]);
    claim(
      /\+([\d.]+ ± [\d.]+) % \((\d+ seeds).*: better/,
      (value, seeds) => `over T = 100 (by ${value} % of accuracy, ${seeds})`,
      pairSentences(long!)[0],
    );
    claim(/: no difference shown/, () => 'over T = 10 no difference is shown', pairSentences(short!)[0]);
  });
});
