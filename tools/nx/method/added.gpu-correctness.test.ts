/** @file What is added to a copy of the sources, a method of either family by one file, also with its mathematics, and a suite by one folder and one line, is in every list. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyOfSources } from '../../vitest/source-copy.ts';
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

/** A method that no package has: the gradient of the outer loss by λ, for λ that it holds. */
const hyperMethod = `import { execute } from '@longhorizon/bilevel/authoring';
import { constantMemory, linearTime } from '../card.ts';
import { hyperMethod } from '../hyper-method.ts';

export const method = hyperMethod({
  name: 'my-own',
  family: 'first-order',
  make: () => ({
    id: 'hyper/my-own',
    name: 'my-own',
    title: 'My own',
    source: 'nowhere',
    complexity: { offline: '0', memory: 'O(p)' },
    form: 'offline',
    exact: false,
    build: (inner) => {
      const { loss, direct } = inner.outerAt(inner.carry.w.tensor);
      const computation = inner.workspace.computation('direct', inner.result(direct, loss), { gradients: 1 });
      return { hypergradient: (t) => [execute(computation, t)] };
    },
  }),
  card: {
    idea: 'The outer loss by λ alone.',
    theory: { memory: constantMemory, time: linearTime },
    code: 'benchmarks/src/methods/hyper/my-own.ts',
  },
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
  copy.write('benchmarks/src/methods/hyper/my-own.ts', hyperMethod);
  copy.write('benchmarks/src/methods/init/my-start.ts', initMethod);
  copy.write('benchmarks/src/suites/my-suite/index.ts', suite);
  const list = 'benchmarks/src/suites/index.ts';
  const line = "  (await import('./my-suite/index.ts')).mySuite,\n];";
  copy.write(list, copy.read(list).replace('\n];', `\n${line}`));
});

/** What a dry run of the profile quick names as to run. */
let cells: readonly string[] = [];
beforeAll(async () => {
  const words = ['--dry-run', '--no-site', '--out', 'results'];
  cells = (await copy.printedBy('benchmarks/src/bench/main.ts', words))
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
    expect(suitesOf('my-own')).toEqual(['hypergradient', 'my-suite']);
    expect(suitesOf('my-start')).toEqual(['large-scale']);
    expect(suitesOf('my-idea-l2rw')).toEqual(['long-tailed']);
  });

  it('are offered by the commands that read files', async () => {
    const help = async (command: string): Promise<string> =>
      (await copy.printedBy('tools/cli/main.ts', [command, '--help'])).replaceAll(/\s+/g, ' ');
    expect(await help('hypergrad')).toMatch(/methods: .*\bmy-own\b.*\bmy-idea\b/);
    expect(await help('initialisation')).toMatch(/methods: .*\bmy-start\b/);
  });

  it('are in the list of what there is to run, with the suite', async () => {
    const lines = (await copy.printedBy('benchmarks/src/bench/main.ts', ['list', 'methods'])).split('\n');
    const listed = lines.map((line) => line.trim().split(/\s+/).slice(0, 3).join(' '));
    expect(listed).toEqual(
      expect.arrayContaining([
        'hypergradient my-idea hyper/my-idea',
        'hypergradient my-own hyper/my-own',
        'large-scale my-start init/my-start',
        'my-suite my-own hyper/my-own',
      ]),
    );
  });

  it('have a card on the page, with the suites that compare them', async () => {
    copy.write(
      'cards.ts',
      `import { benchDefinition } from './benchmarks/src/bench/definition.ts';
       const own = benchDefinition().site.methods.filter(({ name }) => /^my-/.test(name));
       console.log(JSON.stringify(own.map(({ id, suites }) => [id, suites])));`,
    );
    expect(JSON.parse(await copy.printedBy('cards.ts'))).toEqual(
      expect.arrayContaining([
        ['hyper/my-idea', ['hypergradient', 'few-shot', 'my-suite']],
        ['hyper/my-own', ['hypergradient', 'few-shot', 'my-suite']],
        ['init/my-start', ['large-scale']],
      ]),
    );
  });

  it('are compared with float64 on the device, by the package and by the registry', async () => {
    const ran = await copy.printed([
      'node_modules/vitest/vitest.mjs',
      'run',
      '--config=tools/vitest/vitest.config.ts',
      '--reporter=json',
      '--testNamePattern=my-idea|my-own|my-start',
      'packages/bilevel/src/testing/parity.gpu-correctness.test.ts',
      'benchmarks/src/methods/parity.gpu-correctness.test.ts',
    ]);
    const { testResults } = JSON.parse(ran.slice(ran.indexOf('{"')));
    const passed = testResults.flatMap((file: { assertionResults: { title: string; status: string }[] }) =>
      file.assertionResults.flatMap(({ title, status }) => (status === 'passed' ? [title] : [])),
    );
    expect(passed.sort()).toEqual([
      'hyper/my-idea',
      'hyper/my-own',
      'init/my-start',
      'my-idea, to 0.00001 of the norm',
    ]);
  });
});

describe('an added suite', () => {
  it('has cells for every method that runs there', () => {
    for (const method of ['my-idea', 'exact-reverse'])
      expect(cells.some((line) => line.includes(`my-suite/my-problem ${method} T=4 p=3`))).toBe(true);
  });
});
