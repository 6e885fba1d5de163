import { expect, it } from 'vitest';
import { z } from 'zod';
import { fixtureRecord, fullMeasurement } from '../../record/fixture/records.ts';
import { exchangeFiles, nyrkioPath } from './files.ts';
import { MetricCollector } from './metrics.ts';

const number = z.number();

/** Twins of what each tool publishes of its format; unknown members are refused where the tool refuses them. */
const schemas = {
  // https://bencher.dev/bmf.json
  bmf: z.record(
    z.string().min(1),
    z.record(
      z.string().min(1),
      z.strictObject({ value: number, lower_value: number.optional(), upper_value: number.optional() }),
    ),
  ),
  // github-action-benchmark, src/extract.ts: customSmallerIsBetter and customBiggerIsBetter
  gab: z
    .array(
      z.strictObject({
        name: z.string(),
        unit: z.string(),
        value: number,
        range: z.string().optional(),
        extra: z.string().optional(),
      }),
    )
    .min(1),
  // Nyrkiö, the body of POST /api/v0/result
  nyrkio: z.array(
    z.strictObject({
      timestamp: z.int().positive(),
      metrics: z
        .array(
          z.strictObject({
            name: z.string(),
            unit: z.string(),
            value: number,
            direction: z.enum(['lower_is_better', 'higher_is_better']).optional(),
          }),
        )
        .min(1),
      attributes: z.strictObject({ git_repo: z.string(), branch: z.string(), git_commit: z.string() }),
      extra_info: z.record(z.string(), z.json()).optional(),
    }),
  ),
  // Apache Otava, docs/CSV.md: `tests` of the configuration
  otava: z.strictObject({
    tests: z.record(
      z.string().regex(/^[\w.-]+$/),
      z.strictObject({
        type: z.literal('csv'),
        file: z.string(),
        time_column: z.string(),
        attributes: z.array(z.string()),
        metrics: z.record(
          z.string(),
          z.strictObject({
            column: z.string(),
            direction: z.union([z.literal(1), z.literal(-1)]),
            scale: number,
          }),
        ),
        csv_options: z.strictObject({ delimiter: z.string().length(1) }),
      }),
    ),
  }),
  // Skia Perf, FORMAT.md, version 1
  skia: z.strictObject({
    version: z.literal(1),
    git_hash: z.string().regex(/^[0-9a-f]{40}$/),
    key: z.record(z.string(), z.string()),
    results: z.array(
      z.union([
        z.strictObject({ key: z.record(z.string(), z.string()), measurement: number }),
        z.strictObject({
          key: z.record(z.string(), z.string()),
          measurements: z.record(
            z.string(),
            z.array(z.strictObject({ value: z.string(), measurement: number })),
          ),
        }),
      ]),
    ),
    links: z.record(z.string(), z.string()),
  }),
  // Google Benchmark, docs/user_guide.md, --benchmark_format=json
  gbench: z.object({
    context: z.object({ date: z.string(), host_name: z.string(), num_cpus: z.int() }),
    benchmarks: z.array(
      z.object({
        name: z.string(),
        run_name: z.string(),
        run_type: z.literal('iteration'),
        iterations: z.int().positive(),
        real_time: number,
        cpu_time: number,
        time_unit: z.enum(['ns', 'us', 'ms', 's']),
        threads: z.int().positive(),
      }),
    ),
  }),
};

/** Airspeed velocity, docs/source/dev.rst: benchmarks.json, machine.json, a file of results. */
const asvSchemas = {
  benchmarks: z.object({ version: z.literal(2) }).catchall(
    z.union([
      z.number(),
      z.object({
        name: z.string(),
        code: z.string(),
        param_names: z.array(z.string()),
        params: z.array(z.array(z.string())),
        type: z.literal('track'),
        unit: z.string(),
        version: z.string(),
      }),
    ]),
  ),
  machine: z.strictObject({
    machine: z.string(),
    os: z.string(),
    arch: z.string(),
    cpu: z.string(),
    num_cpu: z.string(),
    ram: z.string(),
    version: z.literal(1),
  }),
  results: z.object({
    version: z.literal(2),
    commit_hash: z.string(),
    env_name: z.string(),
    date: z.int(),
    params: z.record(z.string(), z.string()),
    python: z.string(),
    requirements: z.record(z.string(), z.string()),
    env_vars: z.record(z.string(), z.string()),
    result_columns: z.array(z.string()).min(5),
    results: z.record(
      z.string(),
      z.tuple([z.array(number), z.array(z.array(z.string())), z.string(), z.int(), number]),
    ),
    durations: z.record(z.string(), number),
  }),
};

const collector = new MetricCollector();
collector.add(fixtureRecord(fullMeasurement));
collector.add(fixtureRecord(fullMeasurement, { seed: 1 }));
collector.add(fixtureRecord(fullMeasurement, { horizon: 1000 }));
const metrics = collector.metrics();
const provenance = { ...collector.provenance(), commit: 'a'.repeat(40) };

it('keeps a stable name, a unit and a direction for every metric', () => {
  expect(metrics.length).toBeGreaterThan(2);
  for (const { name, unit, direction, value, low, high } of metrics) {
    expect(name).toMatch(/^[\w-]+\/[\w-]+\/[\w-]+\/T\d+\/p\d+$/);
    expect(unit).not.toBe('');
    expect(['smaller', 'bigger']).toContain(direction);
    expect(low).toBeLessThanOrEqual(value);
    expect(high).toBeGreaterThanOrEqual(value);
  }
});

it.each(['bmf', 'gab', 'nyrkio', 'skia', 'gbench'] as const)(
  'writes %s as its tool publishes it',
  (format) => {
    const files = Object.entries(exchangeFiles(format, metrics, provenance));
    expect(files.length).toBeGreaterThan(0);
    for (const [, text] of files) schemas[format].parse(JSON.parse(text));
  },
);

it('writes otava as its tool publishes it: a table a test, with the columns that the configuration names', () => {
  const { 'otava.yaml': configuration = '', ...tables } = exchangeFiles('otava', metrics, provenance);
  const { tests } = schemas.otava.parse(JSON.parse(configuration));
  for (const { file, time_column, attributes, metrics: columns } of Object.values(tests)) {
    const [head = '', row = ''] = tables[file]!.split('\n');
    expect(head.split(',')).toEqual([
      time_column,
      ...attributes,
      ...Object.values(columns).map(({ column }) => column),
    ]);
    expect(row.split(',')).toHaveLength(head.split(',').length);
  }
});

it('writes asv as its tool publishes it: benchmarks, the machine, results', () => {
  const files = exchangeFiles('asv', metrics, provenance);
  const benchmarks = asvSchemas.benchmarks.parse(JSON.parse(files['asv/benchmarks.json']!));
  const machine = Object.keys(files).find((name) => name.endsWith('machine.json'))!;
  asvSchemas.machine.parse(JSON.parse(files[machine]!));
  const results = Object.keys(files).find((name) => /\/aaaaaaaa-\w+\.json$/.test(name))!;
  const read = asvSchemas.results.parse(JSON.parse(files[results]!));
  expect(Object.keys(read.results).sort()).toEqual(
    Object.keys(benchmarks)
      .filter((name) => name !== 'version')
      .sort(),
  );
});

it('shortens a path for Nyrkiö to 50 of its characters, and keeps two long ones apart', () => {
  const long = `hypergradient/${'x'.repeat(60)}`;
  expect(nyrkioPath(`${long}/T10/p1`)).toMatch(/^[A-Za-z0-9_./-]{50}$/);
  expect(nyrkioPath(`${long}/T10/p1`)).not.toBe(nyrkioPath(`${long}/T10/p2`));
  expect(nyrkioPath('a/b c/T1')).toBe('a/b-c/T1');
});
