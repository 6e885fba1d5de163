/** @file The files of tools that follow performance, made of metrics. */
import { csvFormat } from 'd3-dsv';
import { sha256 } from '../../cell/identity.ts';
import { groupedBy } from '../../grouped.ts';
import type { Metric, Provenance } from './metrics.ts';

/** Formats of other tools. */
export const exchangeFormats = ['bmf', 'gab', 'nyrkio', 'otava', 'skia', 'asv', 'gbench'] as const;
/** One of them. */
export type ExchangeFormat = (typeof exchangeFormats)[number];

/** Files by name. */
type Files = Readonly<Record<string, string>>;

const json = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`;

/** The files of a format. */
export function exchangeFiles(
  format: ExchangeFormat,
  metrics: readonly Metric[],
  provenance: Provenance,
): Files {
  return writers[format](metrics, provenance);
}

const writers: Readonly<
  Record<ExchangeFormat, (metrics: readonly Metric[], provenance: Provenance) => Files>
> = {
  bmf: (metrics) => ({ 'bmf.json': json(bencher(metrics)) }),
  gab: githubActionBenchmark,
  nyrkio,
  otava,
  skia: (metrics, provenance) => ({ 'skia.json': json(skia(metrics, provenance)) }),
  asv,
  gbench: (metrics, provenance) => ({ 'gbench.json': json(googleBenchmark(metrics, provenance)) }),
};

/** Metrics by the name of their cell. */
const byName = (metrics: readonly Metric[]) => groupedBy(metrics, ({ name }) => name);

/** Bencher Metric Format: benchmark, measure, value with its bounds. */
function bencher(metrics: readonly Metric[]) {
  return Object.fromEntries(
    [...byName(metrics)].map(([name, own]) => [
      name,
      Object.fromEntries(
        own.map(({ measure, value, low, high }) => [measure, { value, lower_value: low, upper_value: high }]),
      ),
    ]),
  );
}

/** github-action-benchmark: a file a direction; an empty list is an error there, so there is no file. */
function githubActionBenchmark(metrics: readonly Metric[]): Files {
  const files: Record<string, string> = {};
  for (const direction of ['smaller', 'bigger'] as const) {
    const entries = metrics
      .filter((metric) => metric.direction === direction)
      .map(({ name, measure, unit, value, low, high, samples }) => ({
        name: `${name} ${measure}`,
        unit,
        value,
        ...(samples > 1 ? { range: `± ${(high - low) / 2}`, extra: `${samples} samples` } : {}),
      }));
    if (entries.length > 0) files[`gab-${direction}.json`] = json(entries);
  }
  return files;
}

const nyrkioLongest = 50;

/** A test's path in Nyrkiö: at most 50 of its characters; a longer one ends with a part of its hash. */
export function nyrkioPath(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9_./-]/g, '-');
  return plain.length <= nyrkioLongest
    ? plain
    : `${plain.slice(0, nyrkioLongest - 9)}-${sha256(plain).slice(0, 8)}`;
}

/** Nyrkiö: a file a test. */
function nyrkio(metrics: readonly Metric[], { commit, time }: Provenance): Files {
  return Object.fromEntries(
    [...byName(metrics)].map(([name, own]) => [
      `nyrkio/${nyrkioPath(name)}.json`,
      json([
        {
          timestamp: Math.floor(time.getTime() / 1000),
          metrics: own.map(({ measure, unit, value, direction }) => ({
            name: measure,
            unit,
            value,
            direction: direction === 'smaller' ? 'lower_is_better' : 'higher_is_better',
          })),
          attributes: { git_repo: 'longhorizon', branch: 'main', git_commit: commit },
          extra_info: { cell: name },
        },
      ]),
    ]),
  );
}

const fileName = (name: string): string => name.replaceAll(/[^A-Za-z0-9._-]/g, '-');

/** Otava: a CSV a test, to be appended to, and the configuration that names them. JSON is YAML. */
function otava(metrics: readonly Metric[], { commit, time }: Provenance): Files {
  const files: Record<string, string> = {};
  const tests: Record<string, unknown> = {};
  for (const [name, own] of byName(metrics)) {
    const file = `otava/${fileName(name)}.csv`;
    const row = { time: time.toISOString(), commit, branch: 'main' };
    files[file] =
      `${csvFormat([{ ...row, ...Object.fromEntries(own.map(({ measure, value }) => [measure, value])) }])}\n`;
    tests[fileName(name)] = {
      type: 'csv',
      file,
      time_column: 'time',
      attributes: ['commit', 'branch'],
      metrics: Object.fromEntries(
        own.map(({ measure, direction }) => [
          fileName(measure),
          { column: measure, direction: direction === 'smaller' ? -1 : 1, scale: 1 },
        ]),
      ),
      csv_options: { delimiter: ',' },
    };
  }
  return { ...files, 'otava.yaml': json({ tests }) };
}

/** Skia Perf, version 1. */
function skia(metrics: readonly Metric[], { commit, adapter, processor, system }: Provenance) {
  return {
    version: 1,
    git_hash: commit,
    key: { adapter, processor, system },
    results: metrics.map(({ name, measure, unit, value, low, high, samples, direction }) => ({
      key: {
        test: name,
        measure,
        units: unit,
        improvement_direction: direction === 'smaller' ? 'down' : 'up',
      },
      ...(samples === 1
        ? { measurement: value }
        : {
            measurements: {
              stat: [
                { value: 'median', measurement: value },
                { value: 'min', measurement: low },
                { value: 'max', measurement: high },
              ],
            },
          }),
    })),
    links: {},
  };
}

const asvEnvironment = 'longhorizon';

/** Airspeed velocity: a folder of results, from which `asv publish` makes its pages. Every metric is a `track` benchmark. */
function asv(metrics: readonly Metric[], provenance: Provenance): Files {
  const { commit, time, adapter, processor, cores, memoryGiB, system, node } = provenance;
  const machine = `m${sha256(`${adapter} ${processor} ${cores}`).slice(0, 8)}`;
  const hardware = {
    machine,
    os: system,
    arch: system,
    cpu: processor,
    num_cpu: String(cores),
    ram: String(memoryGiB * 2 ** 20),
  };
  const nameOf = ({ name, measure }: Metric): string => `${name}:${measure}`.replaceAll('/', '.');
  const benchmarks = Object.fromEntries(
    metrics.map((metric) => [
      nameOf(metric),
      {
        name: nameOf(metric),
        code: '',
        param_names: [],
        params: [],
        timeout: 60,
        type: 'track',
        unit: metric.unit,
        version: sha256(nameOf(metric)),
      },
    ]),
  );
  const milliseconds = time.getTime();
  const results = {
    version: 2,
    commit_hash: commit,
    env_name: asvEnvironment,
    date: milliseconds,
    params: hardware,
    python: node,
    requirements: {},
    env_vars: {},
    result_columns: [
      'result',
      'params',
      'version',
      'started_at',
      'duration',
      'stats_ci_99_a',
      'stats_ci_99_b',
      'stats_q_25',
      'stats_q_75',
      'stats_number',
      'stats_repeat',
      'samples',
      'profile',
    ],
    results: Object.fromEntries(
      metrics.map((metric) => [
        nameOf(metric),
        [[metric.value], [], sha256(nameOf(metric)), milliseconds, 0],
      ]),
    ),
    durations: {},
  };
  return {
    'asv/benchmarks.json': json({ ...benchmarks, version: 2 }),
    [`asv/${machine}/machine.json`]: json({ ...hardware, version: 1 }),
    [`asv/${machine}/${commit.slice(0, 8)}-${asvEnvironment}.json`]: json(results),
  };
}

/** Google Benchmark: times alone. */
function googleBenchmark(metrics: readonly Metric[], { time, processor, cores }: Provenance) {
  const times = metrics.filter(({ unit }) => unit === 'ms');
  return {
    context: {
      date: time.toISOString(),
      host_name: processor,
      executable: 'longhorizon',
      num_cpus: cores,
      mhz_per_cpu: 0,
      cpu_scaling_enabled: false,
      caches: [],
      library_build_type: 'release',
    },
    benchmarks: times.map(({ name, value, samples }, index) => ({
      name,
      family_index: index,
      per_family_instance_index: 0,
      run_name: name,
      run_type: 'iteration',
      repetitions: 1,
      repetition_index: 0,
      threads: 1,
      iterations: samples,
      real_time: value,
      cpu_time: value,
      time_unit: 'ms',
    })),
  };
}
