/**
 * @file A measured space in the formats of others: T1 (what is searched) and T4 (what came out) of the autotuning community, the cache of Kernel Tuner,
 * which its strategies are simulated on, and CSV. Keys are theirs; see the schemas in github.com/KernelTuner/kernel_tuner, kernel_tuner/schema.
 */
import { medianOf } from './median.ts';
import type { Space } from './space.ts';

type Value = string | number;
type Trial = Space['trials'][number];
type Configuration = Trial['configuration'];

/** Python's way to write a value. */
const python = (value: Value): string => (typeof value === 'number' ? String(value) : `'${value}'`);
const pythonList = (values: readonly Value[]): string => `[${values.map(python).join(', ')}]`;

/** The numbers in a problem's notation. */
const sizesOf = ({ problem }: Space): readonly number[] => (problem.match(/\d+/g) ?? []).map(Number);

/** For each kernel which values of the other parameters it has, as conditions in Python. */
function conditionsOf({ parameters, uses }: Space) {
  const [kernel, ...others] = parameters;
  return Object.entries(uses).flatMap(([name, own]) =>
    others.map((parameter) => ({
      Parameters: [kernel!.name, parameter.name],
      Expression: `${kernel!.name} != '${name}' or ${parameter.name} in ${pythonList(own[parameter.name] ?? parameter.values.slice(0, 1))}`,
    })),
  );
}

/** The space as T1, schema 1.0.0. */
export function asT1(space: Space): unknown {
  const { family, problem, parameters, machine } = space;
  return {
    General: { BenchmarkName: family, FormatVersion: 1, TimeUnit: 'Milliseconds', OutputFormat: 'JSON' },
    ConfigurationSpace: {
      TuningParameters: parameters.map(({ name, values }) => ({
        Name: name,
        Type: values.every((value) => typeof value === 'number') ? 'int' : 'string',
        Values: pythonList(values),
        Default: values[0],
      })),
      Conditions: conditionsOf(space),
    },
    KernelSpecification: {
      Device: { Name: machine.adapter },
      // The schema knows no WGSL; Dawn translates it to SPIR-V.
      Language: 'Vulkan',
      KernelName: 'main',
      KernelFile: `packages/tensor/src/kernels/${family}/family.ts`,
      GlobalSizeType: 'Vulkan',
      // Each kernel has its own formula for the grid, which its emit() gives.
      GlobalSize: { X: '1', Y: '1', Z: '1' },
      LocalSize: { X: 'LANES', Y: '1', Z: '1' },
      ProblemSize: sizesOf(space),
      CompilerOptions: [],
    },
    Misc: { ShadingLanguage: 'WGSL', Problem: problem, Driver: machine.driver, SubgroupLanes: machine.lanes },
  };
}

interface Outcome {
  readonly configuration: Configuration;
  /** Undefined for what cannot compute the problem. */
  readonly trial: Trial | undefined;
}

/** Every configuration of the space with its outcome; those of equal text have one. */
function outcomesOf({ trials, twins, refused }: Space): readonly Outcome[] {
  const byName = new Map(trials.map((trial) => [trial.name, trial]));
  return [
    ...trials.map((trial) => ({ configuration: trial.configuration, trial })),
    ...twins.map(({ configuration, of }) => ({ configuration, trial: byName.get(of) })),
    ...refused.map(({ configuration }) => ({ configuration, trial: undefined })),
  ];
}

const invalidity = {
  timed: 'correct',
  slow: 'correct',
  'other bits': 'constraints',
  compile: 'compile',
  runtime: 'runtime',
  correctness: 'correctness',
  timeout: 'timeout',
} as const satisfies Record<Trial['status'], string>;

const isTimed = (trial: Trial | undefined): trial is Trial =>
  trial !== undefined && invalidity[trial.status] === 'correct' && trial.samples.length > 0;

const gflops = ({ operations }: Space, trial: Trial): number =>
  Number((operations / medianOf(trial.samples) / 1e6).toPrecision(5));

/** The results as T4, schema 1.0.0. Its writers and its schema call the time of compiling differently; both names stand. */
export function asT4(space: Space): unknown {
  return {
    schema_version: '1.0.0',
    metadata: {
      timeunit: 'milliseconds',
      kernel: space.family,
      problem: space.problem,
      device_query: { webgpu: space.machine },
    },
    results: outcomesOf(space).map(({ configuration, trial }) => ({
      timestamp: space.machine.date.replace('T', ' ').replace('Z', '+00:00'),
      configuration,
      times: {
        compilation: trial?.compileMs ?? 0,
        compilation_time: trial?.compileMs ?? 0,
        benchmark: (trial?.samples ?? []).reduce((sum, ms) => sum + ms, 0),
        framework: 0,
        search_algorithm: 0,
        validation: trial?.checkMs ?? 0,
        runtimes: trial?.samples ?? [],
      },
      invalidity: trial === undefined ? 'constraints' : invalidity[trial.status],
      correctness: isTimed(trial) ? 1 : 0,
      measurements: isTimed(trial)
        ? [
            { name: 'time', value: medianOf(trial.samples), unit: 'ms' },
            { name: 'GFLOP/s', value: gflops(space, trial), unit: 'GFLOP/s' },
            { name: 'largest error over largest element', value: trial.error ?? 0, unit: '' },
          ]
        : [],
      objectives: ['time'],
    })),
  };
}

function cacheError(trial: Trial | undefined): string {
  if (trial === undefined || trial.status === 'other bits') return 'InvalidConfig';
  return trial.status === 'compile' ? 'CompilationFailedConfig' : 'RuntimeFailedConfig';
}

/** The results as Kernel Tuner's cache, schema 1.1.0. */
export function asKernelTunerCache(space: Space): unknown {
  const keys = space.parameters.map(({ name }) => name);
  return {
    schema_version: '1.1.0',
    device_name: space.machine.adapter,
    kernel_name: space.family,
    problem_size: sizesOf(space),
    tune_params_keys: keys,
    tune_params: Object.fromEntries(space.parameters.map(({ name, values }) => [name, values])),
    objective: 'time',
    cache: Object.fromEntries(
      outcomesOf(space).map(({ configuration, trial }) => [
        keys.map((key) => configuration[key]).join(','),
        {
          ...configuration,
          ...(isTimed(trial)
            ? {
                time: medianOf(trial.samples),
                times: trial.samples,
                'GFLOP/s': gflops(space, trial),
                error: trial.error ?? 0,
              }
            : { time: cacheError(trial), __error__: cacheError(trial) }),
          compile_time: trial?.compileMs ?? 0,
          verification_time: trial?.checkMs ?? 0,
          benchmark_time: (trial?.samples ?? []).reduce((sum, ms) => sum + ms, 0),
          strategy_time: 0,
          framework_time: 0,
          timestamp: space.machine.date,
        },
      ]),
    ),
  };
}

const quoted = (value: Value | null): string => {
  const text = value === null ? '' : String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Every configuration as a row. */
export function asCsv(space: Space): string {
  const keys = space.parameters.map(({ name }) => name);
  const head = [
    ...keys,
    'kernel',
    'status',
    'ms',
    'gflops',
    'compile_ms',
    'error',
    'fingerprint',
    'samples_ms',
  ];
  const reasons = new Map(space.refused.map((one) => [one.configuration, one.reason]));
  const rows = outcomesOf(space).map(({ configuration, trial }) => [
    ...keys.map((key) => configuration[key] ?? null),
    trial?.name ?? null,
    trial?.status ?? reasons.get(configuration) ?? 'refused',
    isTimed(trial) ? medianOf(trial.samples) : null,
    isTimed(trial) ? gflops(space, trial) : null,
    trial?.compileMs ?? null,
    trial?.error ?? null,
    trial?.fingerprint ?? null,
    trial?.samples.join(' ') ?? null,
  ]);
  return `${[head, ...rows].map((row) => row.map(quoted).join(',')).join('\n')}\n`;
}

const asJson =
  (convert: (space: Space) => unknown) =>
  (space: Space): string =>
    `${JSON.stringify(convert(space), undefined, 1)}\n`;

/** Texts by the name of their format. */
export const exportFormats = {
  t1: asJson(asT1),
  t4: asJson(asT4),
  'kernel-tuner-cache': asJson(asKernelTunerCache),
  csv: asCsv,
} as const;
