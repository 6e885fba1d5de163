import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchCommand } from '@longhorizon/harness';
import { expect, it } from 'vitest';
import { root } from '../root.ts';
import { bilevelSuites, plainSuites, suites } from '../suites/index.ts';
import { benchProgram } from './program.ts';

const program = benchProgram();

it('the schema of the Nx executor has every option of the command line, and no other', () => {
  const schema = JSON.parse(readFileSync(join(root, 'tools/nx/bench/schema.json'), 'utf8'));
  const documented = Object.keys(schema.properties).filter((name) => !name.startsWith('_'));
  const options = new Set(benchCommand(program).options.map((option) => option.attributeName()));
  expect(documented.sort()).toEqual([...options].sort());
});

it('every method has a card with idea, equation, source and theory', () => {
  const names = new Set(bilevelSuites.flatMap(({ methods }) => methods.map(({ name }) => name)));
  const cards = new Map(program.site.methods.map((card) => [card.name, card]));
  for (const name of names) {
    expect(cards.get(name)).toMatchObject({
      idea: expect.stringMatching(/\.$/),
      equation: { text: expect.anything(), place: expect.anything() },
      source: { citation: expect.stringMatching(/\d{4}/) },
      theory: { memory: expect.anything(), time: expect.anything() },
    });
  }
});

it('every suite of methods has the three profiles, quick ones with two seeds and the exact reference', () => {
  const compared = suites.filter((suite) => !plainSuites.includes(suite));
  for (const suite of compared) expect(Object.keys(suite.profiles)).toEqual(['quick', 'standard', 'full']);
  for (const { suite } of bilevelSuites) {
    expect(suite.profiles.quick?.seeds.length).toBeGreaterThanOrEqual(2);
    expect(suite.methods[0]).toMatchObject({ name: 'exact-reverse', role: 'reference' });
  }
});

it('the quick profile spans three decades of T and three of p', () => {
  const quick = suites.find(({ name }) => name === 'hypergradient')?.profiles.quick;
  const span = (values: readonly number[]): number => Math.max(...values) / Math.min(...values);
  expect(span(quick?.horizons ?? [])).toBeGreaterThanOrEqual(1000);
  const dimensions = (quick?.overrides ?? []).map((override) => span(override.dimensions ?? [1]));
  expect(Math.max(...dimensions)).toBeGreaterThanOrEqual(1000);
});
