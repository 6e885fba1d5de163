import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchCommand, listCells } from '@longhorizon/harness';
import { expect, it } from 'vitest';
import { root } from '../root.ts';
import { fewShot } from '../suites/few-shot/index.ts';
import { hypergradient } from '../suites/hypergradient/index.ts';
import { largeScale } from '../suites/large-scale/index.ts';
import { benchDefinition } from './definition.ts';

const program = benchDefinition();
const { examples = [] } = program;

it('the schema of the Nx executor has every option of the command line, and no other', () => {
  const schema = JSON.parse(readFileSync(join(root, 'tools/nx/bench/schema.json'), 'utf8'));
  const documented = Object.keys(schema.properties).filter((name) => !name.startsWith('_'));
  const options = new Set(benchCommand(program).options.map((option) => option.attributeName()));
  expect(documented.sort()).toEqual([...options].sort());
});

it('every method of a suite that compares methods has one card, with idea, equation, source and theory', () => {
  for (const { suite } of [hypergradient, fewShot, largeScale])
    for (const { name, id } of suite.methods) {
      const cards = program.site.methods.filter(
        (card) => card.name === name && (card.suites?.includes(suite.name) ?? true),
      );
      expect(cards.map((card) => card.id)).toEqual([id]);
      expect(cards[0]).toMatchObject({
        idea: expect.stringMatching(/\.$/),
        equation: { text: expect.anything(), place: expect.anything() },
        source: { citation: expect.anything() },
        theory: { memory: expect.anything() },
      });
    }
});

it('two methods of one name have a card each: iMAML as a hypergradient and as a start over long trajectories', () => {
  const cards = program.site.methods.filter(({ name }) => name === 'imaml');
  expect(cards.map(({ id, suites: where }) => [id, where])).toEqual([
    ['hyper/imaml', ['few-shot']],
    ['init/imaml', ['large-scale']],
  ]);
  expect(cards[0]?.code).toContain('hyper/methods');
  expect(cards[1]?.code).toContain('init/methods');
});

it('a method is asked for by its name or its id', () => {
  const cells = (method: string) => {
    const selection = { profile: 'full', methods: [method], passes: ['memory'] };
    return listCells(program.suites, selection).cells.map(({ config }) => config);
  };
  const [byName, hyper, init] = ['imaml', 'hyper/imaml', 'init/imaml'].map(cells);
  const suitesOf = (some = byName) => [...new Set(some?.map(({ suite }) => suite))];
  expect(suitesOf(hyper)).toEqual(['few-shot']);
  expect(suitesOf(init)).toEqual(['large-scale']);
  expect(byName).toEqual([...hyper!, ...init!]);
});

it('the help fits on a page, and every example in it works', async () => {
  let printed = '';
  const output = { write: (text: string) => (printed += text) };
  const folder = mkdtempSync(join(tmpdir(), 'bench-examples-'));
  const command = () =>
    benchCommand({
      ...program,
      describeAdapter: async () => null,
      outputFolder: folder,
      output,
      errors: output,
    });
  command().outputHelp();
  expect(printed.split('\n').length).toBeLessThan(80);
  expect(printed).toContain(examples.at(-1)?.words);
  const records = join(root, 'benchmarks/records/hypergradient');
  try {
    for (const { words } of examples) {
      printed = '';
      // Looking at records needs some: those of the repository stand for results of one's own.
      // And a commit is compared with itself: what is compared with main takes minutes where it differs.
      const given = words
        .replace(/^track run .*/, 'track run --base HEAD --head HEAD')
        .split(' ')
        .map((word) => (word.startsWith('results') ? records : word));
      const isRun = words === '' || /^(--|sweep )/.test(words);
      await command().parseAsync([...(words === '' ? [] : given), ...(isRun ? ['--dry-run'] : [])], {
        from: 'user',
      });
      expect([words, process.exitCode, printed.length > 0]).toEqual([words, 0, true]);
    }
  } finally {
    process.exitCode = undefined;
    rmSync(folder, { recursive: true });
  }
});

it('every suite of methods has the three profiles, the bilevel ones the exact reference first', () => {
  const compared = program.suites.filter(({ name }) => name !== 'training' && name !== 'feeding');
  for (const suite of compared) expect(Object.keys(suite.profiles)).toEqual(['quick', 'standard', 'full']);
  for (const { suite } of [hypergradient, fewShot]) {
    expect(suite.profiles.quick?.seeds.length).toBeGreaterThanOrEqual(2);
    expect(suite.methods[0]).toMatchObject({ name: 'exact-reverse', role: 'reference' });
  }
});

it('the quick profile spans three decades of T and three of p', () => {
  const quick = program.suites.find(({ name }) => name === 'hypergradient')?.profiles.quick;
  const span = (values: readonly number[]): number => Math.max(...values) / Math.min(...values);
  expect(span(quick?.horizons ?? [])).toBeGreaterThanOrEqual(1000);
  const dimensions = (quick?.overrides ?? []).map((override) => span(override.dimensions ?? [1]));
  expect(Math.max(...dimensions)).toBeGreaterThanOrEqual(1000);
});
