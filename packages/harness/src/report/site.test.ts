import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashOf } from '../cell/identity.ts';
import { defineSuite } from '../cell/suite.ts';
import { fixtureRecord, fullMeasurement } from '../record/fixture/records.ts';
import type { CellRecord } from '../record/record.ts';
import { buildSite, sitePages } from './build.ts';
import { logTicks, renderChart, standaloneSvg } from './chart.ts';
import { shareChart } from './charts/bar-chart.ts';
import { evenTicks } from './charts/parts.ts';
import { reproduceCommand } from './command.ts';
import { syntheticRecords } from './fixture/records.ts';
import { syntheticDescription } from './fixture/suites.ts';
import { html } from './html.ts';
import { figure } from './layout.ts';
import { cellPagePath } from './pages/cell-links.ts';
import { looksOf } from './palette.ts';

/** A part of the synthetic records: all methods, two horizons and one dimension. Enough for every page. */
function someRecords(): readonly CellRecord[] {
  return syntheticRecords().filter(
    ({ config }) => config.suite !== 'hypergradient' || (config.dimension === 10 && config.horizon >= 100),
  );
}

/** The pages of these records, built once. */
let built: Promise<ReadonlyMap<string, string>> | undefined;
const builtPages = (): Promise<ReadonlyMap<string, string>> =>
  (built ??= sitePages(someRecords(), syntheticDescription));

/** Every link of some pages leads to one of them, and to a place that it has. */
function expectLinksToHold(pages: ReadonlyMap<string, string>): void {
  const ids = new Map(
    [...pages].map(([path, text]) => [path, new Set([...text.matchAll(/ id="([^"]+)"/g)].map((m) => m[1]))]),
  );
  for (const [path, text] of pages) {
    for (const [, href = ''] of text.matchAll(/ href="([^"]*)"/g)) {
      if (/^(https:|data:)/.test(href)) continue;
      const [file = '', place] = href.split('#');
      const target = file === '' ? path : normalize(join(dirname(path), file));
      if (/^(site\.css|data\/)/.test(target)) continue;
      expect(pages.has(target), `${path} links to ${href}`).toBe(true);
      // With an equals sign it is the state of a table's filters.
      if (place !== undefined && !place.includes('='))
        expect(ids.get(target)?.has(place), `${path} links to ${href}`).toBe(true);
    }
  }
}

describe('templates', () => {
  it('escape text and join lists', () => {
    expect(html`<p title="${'"&'}">${['<b>', html`<i>${1}</i>`, false, undefined]}</p>`.html).toBe(
      '<p title="&quot;&amp;">&lt;b&gt;<i>1</i></p>',
    );
  });
});

describe('charts', () => {
  const spec = {
    data: {
      values: [
        { x: 1, y: 0.001234 },
        { x: 1000, y: 5 },
      ],
    },
    mark: 'line',
    encoding: {
      x: { field: 'x', type: 'quantitative', scale: { type: 'log' } },
      y: { field: 'y', type: 'quantitative', scale: { type: 'log' }, axis: { values: [0.001, 1] } },
      color: { value: 'var(--series-0, #0072b2)' },
    },
  };

  it('are the same bytes every time', async () => {
    const first = await renderChart(spec);
    await renderChart({ ...spec, mark: 'point' });
    expect(await renderChart(spec)).toBe(first);
  });

  it('follow the theme, and stand alone without it', async () => {
    const svg = await renderChart(spec);
    expect(svg).toContain('stroke="var(--series-0, #0072b2)"');
    expect(svg).toContain('>0.001</text>');
    const alone = standaloneSvg(svg);
    expect(alone).not.toContain('var(');
    expect(alone).toContain('stroke="#0072b2"');
    expect(alone).toContain('fill="white"');
  });

  it('refuse numbers that have no place in a picture', async () => {
    const y = { field: 'y', type: 'quantitative', scale: { domain: [0, Number.NaN] } };
    const broken = { ...spec, mark: 'rule', encoding: { y, y2: { field: 'x' } } };
    await expect(renderChart(broken)).rejects.toThrow('not finite');
  });

  it('take any text for a name', async () => {
    const bars = ['url(#x', ' class="a"', '<b>&', '="NaN', 'var(--ink, red)'].map((method) => ({
      group: method,
      method,
      share: 0.5,
      label: `${method} · NaN`,
    }));
    const { svg } = await shareChart(bars, 'url(#share', looksOf(bars.map(({ method }) => method)));
    for (const text of ['url(#x', '="NaN', 'var(--ink, red)']) expect(svg).toContain(`>${text}</text>`);
    expect(svg).toContain('>&lt;b&gt;&amp;</text>');
    expect(standaloneSvg(svg)).toContain('>var(--ink, red)</text>');
  });

  it('have a bounded number of ticks, or a sentence in their place', async () => {
    expect(evenTicks(0, 1.2, 0.25)).toEqual([0, 0.25, 0.5, 0.75, 1, 1.25]);
    expect(evenTicks(0, 1e300, 0.5).length).toBeLessThan(10);
    expect(() => evenTicks(-1.7e308, 1.7e308)).toThrow('too large to draw');
    const spoilt = await figure('Shares', () =>
      shareChart([{ group: 'g', method: 'm', share: Infinity, label: '' }], 'Share', looksOf(['m'])),
    );
    expect(spoilt.html).toContain(
      'This picture could not be drawn: some of its numbers are not finite or too large to draw.',
    );
  });

  it('have few round ticks', () => {
    expect(logTicks([1, 1000], 'decimal')).toEqual([1, 10, 100, 1000]);
    expect(logTicks([0.6, 4], 'decimal')).toEqual([1, 2]);
    expect(logTicks([30_000, 1_500_000], 'bytes')).toEqual([
      32_768, 65_536, 131_072, 262_144, 524_288, 1_048_576,
    ]);
    expect(logTicks([1e-9, 1e9], 'decimal', 6).length).toBeLessThanOrEqual(6);
    expect(evenTicks(0.2, 0.78)).toEqual([0.2, 0.4, 0.6, 0.8]);
    expect(evenTicks(0, 0)).toEqual([0]);
  });

  it('give every one of 35 methods a look of its own', () => {
    const methods = Array.from({ length: 35 }, (_, index) => `method-${index}`);
    const looks = looksOf(methods);
    expect(new Set(methods.map((method) => JSON.stringify(looks(method)))).size).toBe(35);
  });
});

describe('pages', () => {
  let pages: ReadonlyMap<string, string>;
  beforeAll(async () => {
    pages = await builtPages();
  });

  it('link only to pages and places that exist', () => expectLinksToHold(pages));

  it('have all their pictures', () => {
    for (const [path, text] of pages) expect(text, path).not.toContain('could not be drawn');
  });

  it('fetch nothing from elsewhere, and may not', () => {
    for (const [path, text] of pages) {
      expect(text, path).toContain(
        `http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self';`,
      );
      expect(
        text.match(/(?:src|href)="(?:https?:)?\/\//g)?.filter((link) => link.startsWith('src')) ?? [],
        path,
      ).toEqual([]);
      expect(text, path).not.toMatch(/<(?:script|link|img|iframe)[^>]+https?:/);
      expect(text, path).not.toMatch(/@import|url\(http/);
    }
  });

  it('say NaN, undefined and [object nowhere', () => {
    for (const [path, text] of pages) {
      const visible = text.replace(/<pre[\s\S]*?<\/pre>/g, '');
      expect(visible.match(/NaN|undefined|\[object|Infinity(?!")/g) ?? [], path).toEqual([]);
    }
  });

  it('show failures, the best and remarks on the page of a problem', () => {
    const quadratic = pages.get('problems/hypergradient--quadratic.html') ?? '';
    const fewShot = pages.get('problems/few-shot--generated-5way-1shot.html') ?? '';
    const both = quadratic + (pages.get('problems/hypergradient--data-cleaning.html') ?? '');
    expect(both).toContain('∞');
    expect(fewShot).toMatch(
      /title="among the best: nothing was shown to be better \(95 %, 5 repetitions\)">best</,
    );
    expect(quadratic).toMatch(/class="badge" title="needs \d+\.\d MiB[^"]*">oom</);
    expect(quadratic).toMatch(/<li>[a-z, -]+: oom: needs \d+\.\d MiB/);
    expect(both + fewShot).toMatch(/class="agrees" title="exactly as measured">=</);
    expect(fewShot).toContain('71.9');
    expect(fewShot).toContain('Guessing gives 20.00 %.');
    expect(pages.has('problems/kernels--matmul.html')).toBe(false);
  });

  it('show what one more step costs beside one slope of the theory', () => {
    const quadratic = pages.get('problems/hypergradient--quadratic.html') ?? '';
    expect(quadratic).toContain('>theory: T^0.5<');
    expect(quadratic).toContain('>theory: T<');
    // Two values of T: how far they are apart, and no exponent.
    expect(quadratic).toMatch(/exact-checkpointed<\/a>.*9\.\d× from 100 to 1000</);
    expect(quadratic).toMatch(/first-order<\/a><\/th><td class="number" data-value="0">\+0 B</);
  });

  it('name every line of a chart at its end', () => {
    const quadratic = pages.get('problems/hypergradient--quadratic.html') ?? '';
    const [chart = ''] =
      /<svg role="img" aria-label="Peak memory against T[\s\S]*?<\/svg>/.exec(quadratic) ?? [];
    for (const method of ['exact-stored', 'drmad', 'hyperdistill'])
      expect(chart).toContain(`>${method}</text>`);
    expect(chart).not.toMatch(/role="graphics/);
  });

  it('answer what the records answer, and say where nothing is decided', () => {
    const index = pages.get('index.html') ?? '';
    expect(index).toContain('<h2>T grows</h2>');
    expect(index).toMatch(/exact-checkpointed takes \d+\u00a0B more a step/);
    expect(index).toContain('<h2>p grows</h2><p>Not decided by these records.</p>');
  });

  it('put published numbers beside ours, and say what was not measured', () => {
    const card = pages.get('methods/hyperdistill.html') ?? '';
    expect(card).toMatch(/0\.71<\/td><td class="number">7\d\.\d\d %/);
    expect(card).toContain('2250 MiB</td><td class="number">not measured');
    expect(card).toContain('algorithm 3, line 9');
    expect(card).toContain('<a href="../published.html#experiment">0.335 ± 0.020 (6 seeds)</a>');
  });

  it('have a page of experiments that were made again, and their first on the first page', () => {
    const page = pages.get('published.html') ?? '';
    for (const text of [page, pages.get('index.html') ?? '']) {
      expect(text).toContain('First: HyperDistill. Last: First-order.');
      expect(text).toContain('HyperDistill less First-order: −0.257 ± 0.004 (6 seeds, paired): better.');
      expect(text).toContain('0.335 ± 0.020 (6 seeds)');
    }
    expect(page).toContain('>0.200, 0.900<');
    expect(page).toContain('<summary>Published numbers without one of ours: 2</summary>');
  });

  it('have a page of further measurements, and what they say beside the names of problems', () => {
    const page = pages.get('studies.html') ?? '';
    expect(page).toContain('<h2 id="study">A made-up measurement</h2>\n<p>It says &lt;nothing&gt;.</p>');
    // An error of 0 has no place on a logarithmic axis.
    expect(page).toContain('hyperdistill · 10: 0.1');
    expect(page).not.toContain('hyperdistill · 100: 0');
    expect(page).toContain('<td class="number" data-value="-0.1">−0.1</td>');
    expect(pages.get('problems.html')).toContain('It is easy. <a href="studies.html#study">More</a>');
    const problem = [...pages].find(
      ([path, text]) => path.startsWith('problems/') && text.includes('It is easy.'),
    );
    expect(problem?.[1]).toContain('<a href="../studies.html#study">More</a>');
    expect(pages.get('index.html')).toContain('<a href="studies.html">Further measurements</a>');
  });

  it('show kernels against their peak and peers', () => {
    const kernels = pages.get('kernels.html') ?? '';
    expect(kernels).toContain('Measured peak: 20.0 GFLOP/s and 8.00 GB/s');
    expect(kernels).toMatch(/1\.[78]\d ×/);
    expect(kernels).toMatch(/6\d\.\d %<\/td><td>arithmetic/);
    expect(kernels).toContain('jax-js has no such kernel here.');
  });

  it('have each cell with its command, on one page with those of other passes and seeds', () => {
    const [record, ...others] = someRecords();
    if (record === undefined) throw new Error('no records');
    const page = pages.get(cellPagePath(record)) ?? '';
    const { pass, seed, ...point } = record.config;
    const besides = others.filter(
      ({ config }) => hashOf({ ...config, pass, seed }) === hashOf({ ...point, pass, seed }),
    );
    expect(besides.length).toBeGreaterThan(0);
    for (const other of besides) expect(page).toContain(other.identity.cellId);
    expect(page).toContain(reproduceCommand(record.config, record.identity.cellId));
    expect(page).toContain(record.identity.cellId);
    expect(page).toContain('data/records.jsonl.gz');
  });

  it('weigh little: cells that differ in pass and seed alone say once what they have in common', () => {
    const bytes = [...pages]
      .filter(([path]) => path.startsWith('cells'))
      .reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0);
    expect(bytes / someRecords().length).toBeLessThan(3000);
  });

  it('draw what guessing gives, where that is known', () => {
    const drawn = [...pages].filter(([, text]) => text.includes('>guessing</text>')).map(([path]) => path);
    expect(drawn).not.toEqual([]);
  });

  it('carry the notice on every page', () => {
    for (const [path, text] of pages) expect(text, path).toContain('Nothing here was measured.');
  });
});

describe('names from records', () => {
  const names = [
    '../../../x',
    '../index',
    'a/b',
    'hyper/imaml',
    'Exact',
    'exact',
    'x'.repeat(300),
    'nul\u0000',
    '"><script>',
    'é',
    '',
  ];
  const records = names.map((name) =>
    fixtureRecord(fullMeasurement, { suite: 'gradient', method: name, problem: name }),
  );
  const description = { title: 'T', lead: 'L', suites: [], methods: [] };

  it('never lead out of the folder, and every link holds', async () => {
    const pages = await sitePages(records, description);
    expectLinksToHold(pages);
    const cards = [...pages.keys()].filter((path) => path.startsWith('methods/'));
    expect(new Set(cards.map((path) => path.toLowerCase())).size).toBe(names.length);
    expect(cards).toContain('methods/hyper--imaml.html');
    expect(cards).toContain('methods/exact.html');
    const scratch = mkdtempSync(join(tmpdir(), 'harness-names-'));
    try {
      await buildSite(records, description, join(scratch, 'a', 'b', 'c', 'site'));
      expect(readdirSync(join(scratch, 'a', 'b', 'c'))).toEqual(['site']);
      expect(readdirSync(join(scratch, 'a', 'b', 'c', 'site', 'methods')).sort()).toEqual(
        cards.map((path) => path.slice('methods/'.length)).sort(),
      );
      for (const above of ['', 'a', 'a/b']) expect(readdirSync(join(scratch, above))).toHaveLength(1);
    } finally {
      rmSync(scratch, { recursive: true });
    }
  });
});

describe('a record with numbers at the end of the scale', () => {
  it('spoils no page', async () => {
    const large = structuredClone(fixtureRecord(fullMeasurement, { method: 'url(#x' }));
    if (large.kernel === undefined) throw new Error('the fixture has no kernel');
    large.kernel.flops = 1e308;
    large.kernel.peakFlopsPerSecond = 1e-300;
    const description = { title: 'T', lead: 'L', suites: [], methods: [] };
    const pages = await sitePages([large, fixtureRecord(fullMeasurement)], description);
    expect(pages.get('kernels.html')).toContain(
      'could not be drawn: some of its numbers are not finite or too large',
    );
    expect(pages.get('kernels.html')).toContain('>exact</a>');
  });
});

describe('a description', () => {
  it('names every method once', async () => {
    const method = { name: 'imaml', title: 'iMAML', idea: 'One of two.' };
    const description = {
      title: 'T',
      lead: 'L',
      suites: [],
      methods: [method, { ...method, idea: 'The other.' }],
    };
    await expect(sitePages([fixtureRecord(fullMeasurement)], description)).rejects.toThrow(
      'two methods of the page are called imaml',
    );
  });
});

it('gives a method of a suite that no description covers a card of its own', async () => {
  const record = fixtureRecord(fullMeasurement, { suite: 'other', method: 'imaml' });
  const method = { name: 'imaml', title: 'iMAML', idea: 'For one suite.', suites: ['gradient'] };
  const description = { title: 'T', lead: 'L', suites: [], methods: [method] };
  const pages = await sitePages([fixtureRecord(fullMeasurement), record], description);
  expect(pages.get('methods/imaml.html')).toContain('For one suite.');
  expect(pages.get('methods/undescribed--imaml.html')).toContain('No description.');
  expectLinksToHold(pages);
});

describe('a site', () => {
  const folder = mkdtempSync(join(tmpdir(), 'harness-site-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('depends on nothing but records and descriptions, not even on their order: gone through twice, one by one, they give what a list gives', async () => {
    const records = [...someRecords()].reverse();
    let rounds = 0;
    const reader = {
      *[Symbol.iterator]() {
        rounds++;
        yield* records;
      },
    };
    const place = join(mkdtempSync(join(tmpdir(), 'harness-reader-')), 'site');
    await buildSite(reader, syntheticDescription, place);
    expect(rounds).toBe(2);
    const pages = await builtPages();
    for (const [path, text] of pages)
      expect(readFileSync(join(place, path), 'utf8') === text, path).toBe(true);
    const written = readdirSync(place, { recursive: true, encoding: 'utf8' });
    expect(written.filter((path) => path.endsWith('.html')).sort()).toEqual([...pages.keys()].sort());
    rmSync(join(place, '..'), { recursive: true });
  });

  it('has boards but no pages and tables of single cells where there are too many, and no link leads to one', async () => {
    const description = { ...syntheticDescription, mostCellPages: 20 };
    const records = someRecords().filter(({ config }) => ['hyperdistill', 'drmad'].includes(config.method));
    expect(records.length).toBeGreaterThan(20);
    const place = join(folder, 'large');
    await buildSite(records, description, place);
    expect(readdirSync(place)).not.toContain('data');
    const pages = new Map(
      readdirSync(place, { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.html'))
        .map((path) => [path, readFileSync(join(place, path), 'utf8')]),
    );
    expect([...pages.keys()].filter((path) => path.startsWith('cells'))).toEqual([]);
    expectLinksToHold(pages);
    expect(pages.get('index.html')).not.toContain('data/');
    expect(pages.get('index.html')).toContain('<code>bench gather</code>');
    rmSync(place, { recursive: true });
  });

  it('leaves out pages that would be empty, and shows what is not described', async () => {
    const record = fixtureRecord({ ...fullMeasurement, training: undefined, kernel: undefined });
    const description = { title: 'Small', lead: 'One cell.', suites: [], methods: [] };
    await buildSite([record], description, folder);
    const files = readdirSync(folder).filter((name) => name.endsWith('.html'));
    expect(files.sort()).toEqual([
      'cells.html',
      'choose.html',
      'index.html',
      'machines.html',
      'methods.html',
      'problems.html',
    ]);
    expect(readdirSync(join(folder, 'data'))).toContain('records.jsonl.gz');
    expect(readdirSync(folder)).not.toContain('pictures');
    const index = readFileSync(join(folder, 'index.html'), 'utf8');
    expect(index).not.toContain('published.html');
    expect(index).not.toContain('commits that the history');
    expect(readFileSync(join(folder, 'methods', 'exact.html'), 'utf8')).toContain('No description.');
  });

  it('says which records name a commit that nobody can look up', async () => {
    const record = fixtureRecord(fullMeasurement);
    const bare = { title: 'T', lead: 'L', suites: [], methods: [] };
    const indexWith = async (commits: ReadonlySet<string>): Promise<string> =>
      (await sitePages([record], { ...bare, commits })).get('index.html') ?? '';
    const sentence = 'name commits that are not in the history of the repository';
    expect(await indexWith(new Set())).toContain(`1 of 1 record (${record.config.suite}) ${sentence}`);
    expect(await indexWith(new Set([record.code.commit ?? '']))).not.toContain(sentence);
  });

  it('keeps trials among the records beside it, and gives them no page', async () => {
    const record = fixtureRecord(fullMeasurement);
    const trial = structuredClone(fixtureRecord(fullMeasurement, { pass: 'tuning', seed: 1000 }));
    const place = join(folder, 'tuned');
    await buildSite([record, trial], { title: 'T', lead: 'L', suites: [], methods: [] }, place);
    const kept = gunzipSync(readFileSync(join(place, 'data', 'records.jsonl.gz'))).toString();
    expect(kept).toContain(trial.identity.cellId);
    expect(readdirSync(join(place, 'cells'))).toHaveLength(1);
    rmSync(place, { recursive: true });
  });

  it('shows devices apart and earlier results below', async () => {
    const elsewhere = structuredClone(fixtureRecord(fullMeasurement));
    elsewhere.environment.fingerprint = 'c'.repeat(64);
    if (elsewhere.environment.stable.adapter !== null)
      elsewhere.environment.stable.adapter.description = 'another adapter';
    const earlier = fixtureRecord(
      fullMeasurement,
      {},
      { startedAt: '1999-01-01T00:00:00.000Z', versionId: '1'.repeat(64) },
    );
    const pages = await sitePages([fixtureRecord(fullMeasurement), elsewhere, earlier], {
      title: 'T',
      lead: 'L',
      suites: [],
      methods: [],
    });
    const cell = [...pages].find(([path]) => path.startsWith('cells/'))?.[1] ?? '';
    expect([...cell.matchAll(/<th scope="col"[^>]*>(seed[^<]*)/g)].map((match) => match[1])).toEqual([
      'seed 0', // of the table of seeds
      'seed 0 on fixture adapter (nothing measured) on fixture processor',
      'seed 0 on another adapter on fixture processor',
      'seed 0, earlier on fixture adapter (nothing measured) on fixture processor',
    ]);
  });

  it('shows one metric of each problem on paper where all have no room, and all on the screen', async () => {
    const metric = (name: string) => ({ name, title: name.toUpperCase(), direction: 'higher' as const });
    const suiteOf = (problems: readonly string[]) =>
      defineSuite({
        name: 'wide',
        title: 'Wide',
        description: 'Three numbers of every problem.',
        measureVersion: 1,
        problems: problems.map((name) => ({ name, title: name })),
        methods: [{ name: 'm' }],
        passes: ['training'],
        profiles: { quick: { horizons: [1], dimensions: [1], seeds: [0] } },
        metric: metric('first'),
        moreMetrics: [metric('second'), metric('third')],
      });
    const headOf = async (problems: readonly string[]): Promise<string> => {
      const final = { first: 0.5, second: 0.4, third: 0.3 };
      const records = problems.map((problem) =>
        fixtureRecord(
          { status: 'ok', training: { curve: [], final } },
          { suite: 'wide', problem, method: 'm', horizon: 1, dimension: 1, seed: 0, pass: 'training' },
        ),
      );
      const pages = await sitePages(records, {
        title: 'T',
        lead: 'L',
        suites: [suiteOf(problems)],
        methods: [],
      });
      return /<thead>.*<\/thead>/s.exec(pages.get('index.html') ?? '')?.[0] ?? '';
    };
    const crowded = await headOf(['a', 'b', 'c']);
    expect(crowded.match(/<th[^>]*class="[^"]*screen[^"]*"[^>]*>/g)?.length).toBeGreaterThanOrEqual(6);
    // A problem's name stands once, over the number that is always there.
    expect(crowded.match(/<th scope="colgroup"[^>]*>a</g)).toEqual(['<th scope="colgroup" colspan="1">a<']);
    expect(await headOf(['a', 'b'])).toContain('<th scope="colgroup" colspan="3">a</th>');
  });

  it('names machines once whose adapters differ in toggles alone', async () => {
    const machine = (k: number, cpu: string, toggles: readonly string[]): CellRecord => {
      const record = structuredClone(fixtureRecord(fullMeasurement, { seed: k }));
      record.environment.fingerprint = `${k}7`.repeat(32);
      record.environment.stable.cpu.model = cpu;
      if (record.environment.stable.adapter !== null)
        record.environment.stable.adapter.toggles = [...toggles];
      return record;
    };
    const records = [machine(0, 'A', []), machine(1, 'A', ['-timestamp_quantization']), machine(2, 'B', [])];
    const pages = await sitePages(records, { title: 'T', lead: 'L', suites: [], methods: [] });
    const name = 'fixture adapter (nothing measured) on';
    expect(pages.get('index.html')).toContain(`measured on ${name} A; ${name} B. Every`);
    expect(pages.get('index.html')).toContain(`<li>${name} A and ${name} B are software adapters`);
  });

  it('has charts as files that stand alone: those of the first page, or all, each with its numbers', async () => {
    const place = join(folder, 'pictured');
    const records = someRecords().filter(
      ({ config }) =>
        ['hyperdistill', 'drmad', 'exact-stored'].includes(config.method) &&
        config.problem === 'quadratic' &&
        config.pass !== 'time',
    );
    await buildSite(records, syntheticDescription, place);
    const name = 'index-peak-memory-against-t';
    expect(
      readdirSync(join(place, 'pictures'))
        .filter((file) => file.startsWith(name))
        .sort(),
    ).toEqual(['csv', 'pdf', 'svg'].map((ending) => `${name}.${ending}`));
    const file = (ending: string): Buffer => readFileSync(join(place, 'pictures', `${name}.${ending}`));
    const svg = file('svg').toString();
    expect(svg).not.toContain('var(');
    expect(svg).toContain('>hyperdistill</text>');
    expect(file('csv').toString()).toMatch(/^method,variant,T,peak_bytes\n[\s\S]*hyperdistill,,1000,75120\n/);
    const pdf = file('pdf');
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    const few = readdirSync(join(place, 'pictures')).length;
    await buildSite(records, syntheticDescription, place, { figures: true });
    expect(file('pdf').equals(pdf)).toBe(true);
    const files = readdirSync(join(place, 'pictures'));
    expect(files.length).toBeGreaterThan(few);
    expect(files).toContain('hypergradient--quadratic-cosine-against-t-p-10.pdf');
  });

  it('needs records', async () => {
    await expect(buildSite([], syntheticDescription, folder)).rejects.toThrow('There are no records');
  });
});

describe('the command of a cell', () => {
  it('names everything that makes the cell', () => {
    const { config, identity } = fixtureRecord(fullMeasurement, { parameters: { batch: 3 }, seed: 4 });
    expect(reproduceCommand(config, identity.cellId)).toBe(
      'npx nx run bench --suite gradient --problem quadratic --method exact --horizon 10 --dim 100 --seeds 4..4 ' +
        `--pass gradient --profile quick --cell ${identity.cellId.slice(0, 12)} --no-resume`,
    );
    expect(reproduceCommand({ ...config, parameters: {} }, identity.cellId, 'bench')).not.toContain('--cell');
  });
});
