/** @file What is added to a copy of the sources, a method of either family by one file and a suite by one folder and one line, is in every list. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyOfSources } from './testing/copy.ts';
import { generateIn } from './testing/generated.ts';

const copy = copyOfSources();
afterAll(copy.remove);

const initMethod = `import { init } from '@longhorizon/bilevel';
import { initMethod, theory } from '../init-method.ts';

export const method = initMethod({
  name: 'my-start',
  title: 'My start',
  make: ({ beta }) => init.reptile({ rate: beta }),
  card: { idea: 'As Reptile.', theory, code: 'benchmarks/src/methods/init/my-start.ts' },
});
`;

const suite = `import { trackingOfSize } from '@longhorizon/bilevel/problems';
import { bilevelCells } from '../../measurements/bilevel-cells.ts';
import { bilevelSuite, hyperRow } from '../../measurements/rows.ts';
import { hyperMethods } from '../../methods/registry.ts';

const rows = bilevelSuite({
  name: 'my-suite',
  title: 'My suite',
  description: 'A quadratic.',
  measureVersion: 1,
  problems: [{ name: 'my-problem', make: ({ dimension }) => trackingOfSize(dimension, dimension) }],
  methods: hyperMethods.map((method) => hyperRow(method)),
  profiles: { quick: { horizons: [4], dimensions: [3], seeds: [0] } },
});
export const mySuite = { suite: rows.suite, runCell: bilevelCells(rows) };
`;

beforeAll(async () => {
  await generateIn(copy, { name: 'my-idea', title: 'My idea', citation: 'Somebody, somewhere, 2026' });
  copy.write('benchmarks/src/methods/init/my-start.ts', initMethod);
  copy.write('benchmarks/src/suites/my-suite/index.ts', suite);
  const list = 'benchmarks/src/suites/index.ts';
  const line = "  (await import('./my-suite/index.ts')).mySuite,\n];";
  copy.write(list, copy.read(list).replace('\n];', `\n${line}`));
});

/** What a dry run of the profile quick names as to run. */
let cells: readonly string[] = [];
beforeAll(() => {
  const words = ['--dry-run', '--no-site', '--out', 'results'];
  cells = copy
    .printedBy('benchmarks/src/bench/main.ts', words)
    .split('\n')
    .filter((line) => line.includes(' to run '));
});

describe('added methods', () => {
  it('have cells in the suites that they fit', () => {
    const all = cells.map((line) => / to run +([a-z-]+)\/\S+ (\S+) /.exec(line) ?? []);
    const suitesOf = (method: string) => [
      ...new Set(all.filter(([, , name]) => name === method).map(([, suite]) => suite)),
    ];
    expect(suitesOf('my-idea')).toEqual(['hypergradient', 'few-shot', 'my-suite']);
    expect(suitesOf('my-start')).toEqual(['large-scale']);
    expect(suitesOf('my-idea-l2rw')).toEqual(['long-tailed']);
  });

  it('are offered by the commands that read files', () => {
    const help = (command: string): string =>
      copy.printedBy('tools/cli/main.ts', [command, '--help']).replaceAll(/\s+/g, ' ');
    expect(help('hypergrad')).toMatch(/methods: .*\bmy-idea\b/);
    expect(help('initialisation')).toMatch(/methods: .*\bmy-start\b/);
  });

  it('have a card on the page, with the suites that compare them', () => {
    copy.write(
      'cards.ts',
      `import { benchDefinition } from './benchmarks/src/bench/definition.ts';
       const own = benchDefinition().site.methods.filter(({ name }) => /^my-/.test(name));
       console.log(JSON.stringify(own.map(({ id, suites }) => [id, suites])));`,
    );
    expect(JSON.parse(copy.printedBy('cards.ts'))).toEqual(
      expect.arrayContaining([
        ['hyper/my-idea', ['hypergradient', 'few-shot', 'my-suite']],
        ['init/my-start', ['large-scale']],
      ]),
    );
  });

  it('are compared with float64 on the device, by the package and by the registry', () => {
    const ran = copy.printed([
      'node_modules/vitest/vitest.mjs',
      'run',
      '--config=tools/vitest/vitest.config.ts',
      '--reporter=json',
      '--testNamePattern=my-idea|my-start',
      'packages/bilevel/src/testing/parity.gpu-correctness.test.ts',
      'benchmarks/src/methods/parity.gpu-correctness.test.ts',
    ]);
    const { testResults } = JSON.parse(ran.slice(ran.indexOf('{"')));
    const passed = testResults.flatMap((file: { assertionResults: { title: string; status: string }[] }) =>
      file.assertionResults.flatMap(({ title, status }) => (status === 'passed' ? [title] : [])),
    );
    expect(passed.sort()).toEqual(['hyper/my-idea', 'init/my-start', 'my-idea, to 0.00001 of the norm']);
  });
});

describe('an added suite', () => {
  it('has cells for every method that runs there', () => {
    for (const method of ['my-idea', 'exact-reverse'])
      expect(cells.some((line) => line.includes(`my-suite/my-problem ${method} T=4 p=3`))).toBe(true);
  });
});
