/** @file A space in other tools' formats, held to what their published schemas demand, and strategies on a space. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { root } from '../../../root.ts';
import { asCsv, asKernelTunerCache, asT1, asT4 } from './formats.ts';
import { drawReplay, replay } from './replay.ts';
import { readSpace, type Space } from './space.ts';
import { walks } from './strategies.ts';

const spacesFolder = join(root, 'benchmarks', 'kernel-spaces');
const committed = readdirSync(spacesFolder).filter((name) => name.endsWith('.json.gz'));

const tiles = [1, 2, 4, 8, 16];
const lanes = [4, 8, 16];

/** A space whose best kernel is TILE 8 with LANES 8; the time grows with the distance from it. */
const space: Space = {
  format: 'longhorizon-kernel-space-1',
  family: 'matmul',
  problem: '2x16,32,64:nn',
  operations: 2 * 2 * 16 * 32 * 64,
  machine: {
    adapter: 'an adapter',
    driver: 'a driver',
    lanes: 8,
    processor: 'a processor',
    processors: 2,
    clock: 'wall',
    load: 0.5,
    date: '2026-01-02T03:04:05.000Z',
  },
  parameters: [
    { name: 'KERNEL', values: ['plain', 'tiled'] },
    { name: 'TILE', values: tiles },
    { name: 'LANES', values: lanes },
  ],
  uses: { plain: {}, tiled: { TILE: tiles, LANES: lanes } },
  trials: [
    trial({ KERNEL: 'plain', TILE: 1, LANES: 4 }, 'plain', 'slow', [20, 21]),
    ...tiles.flatMap((TILE, k) =>
      lanes.map((LANES, l) =>
        trial({ KERNEL: 'tiled', TILE, LANES }, `tiled-${TILE}-${LANES}`, k === 4 ? 'correctness' : 'timed', [
          1 + Math.abs(k - 3) + Math.abs(l - 1) / 2,
        ]),
      ),
    ),
  ],
  twins: [],
  refused: [],
};

function trial(
  configuration: Space['trials'][number]['configuration'],
  name: string,
  status: Space['trials'][number]['status'],
  samples: number[],
): Space['trials'][number] {
  return { configuration, name, status, compileMs: 5, checkMs: 1, error: 1e-7, fingerprint: 'f', samples };
}

const twin: Space = {
  ...space,
  twins: [{ configuration: { KERNEL: 'tiled', TILE: 32, LANES: 8 }, of: 'tiled-8-8' }],
  refused: [{ configuration: { KERNEL: 'tiled', TILE: 64, LANES: 8 }, reason: 'needs, say, more' }],
};

// What the schemas of github.com/KernelTuner/kernel_tuner (kernel_tuner/schema: T1 1.0.0, T4 1.0.0, cache 1.1.0) demand.
const t1Schema = z.object({
  General: z.object({
    FormatVersion: z.int(),
    TimeUnit: z.enum(['Nanoseconds', 'Microseconds', 'Milliseconds', 'Seconds']),
    OutputFormat: z.enum(['JSON', 'XML']),
  }),
  ConfigurationSpace: z.object({
    TuningParameters: z.array(
      z.object({
        Name: z.string(),
        Type: z.enum(['int', 'uint', 'float', 'bool', 'string']),
        Values: z.string(),
      }),
    ),
    Conditions: z.array(z.object({ Parameters: z.array(z.string()), Expression: z.string() })),
  }),
  KernelSpecification: z.object({
    Device: z.object({ Name: z.string() }),
    Language: z.enum(['OpenCL', 'CUDA', 'Vulkan']),
    GlobalSizeType: z.enum(['OpenCL', 'CUDA', 'Vulkan']),
    KernelName: z.string(),
    KernelFile: z.string(),
    GlobalSize: z.object({ X: z.string(), Y: z.string(), Z: z.string() }),
    LocalSize: z.object({ X: z.string(), Y: z.string(), Z: z.string() }),
    CompilerOptions: z.array(z.string()),
  }),
});

const t4Schema = z.object({
  schema_version: z.string().regex(/^\d+\.\d+\.\d+$/),
  results: z.array(
    z.object({
      timestamp: z.string(),
      configuration: z.record(z.string(), z.unknown()),
      objectives: z.tuple([z.literal('time')]),
      times: z.object({
        compilation_time: z.number(),
        compilation: z.number(),
        benchmark: z.number(),
        framework: z.number(),
        search_algorithm: z.number(),
        validation: z.number(),
        runtimes: z.array(z.number()),
      }),
      invalidity: z.enum(['timeout', 'compile', 'runtime', 'correctness', 'constraints', 'correct']),
      correctness: z.number(),
      measurements: z.array(z.object({ name: z.string(), value: z.number(), unit: z.string() })),
    }),
  ),
});

const cacheSchema = z.object({
  schema_version: z.literal('1.1.0'),
  device_name: z.string(),
  kernel_name: z.string(),
  problem_size: z.array(z.int()),
  tune_params_keys: z.array(z.string()),
  tune_params: z.record(z.string(), z.array(z.unknown())),
  objective: z.string(),
  cache: z.record(
    z.string(),
    z.looseObject({
      time: z.union([
        z.number(),
        z.enum(['InvalidConfig', 'CompilationFailedConfig', 'RuntimeFailedConfig']),
      ]),
      times: z.array(z.number()).optional(),
      compile_time: z.number(),
      verification_time: z.number(),
      benchmark_time: z.number(),
      strategy_time: z.number(),
      framework_time: z.number(),
      timestamp: z.iso.datetime(),
    }),
  ),
});

describe('exports', () => {
  it('T1: parameters and conditions as Python', () => {
    const { ConfigurationSpace } = t1Schema.parse(asT1(space));
    expect(ConfigurationSpace.TuningParameters.map(({ Type, Values }) => [Type, Values])).toEqual([
      ['string', "['plain', 'tiled']"],
      ['int', '[1, 2, 4, 8, 16]'],
      ['int', '[4, 8, 16]'],
    ]);
    expect(ConfigurationSpace.Conditions.map(({ Expression }) => Expression)).toContain(
      "KERNEL != 'plain' or TILE in [1]",
    );
  });

  it('T4: every configuration once, with what became of it', () => {
    const { results } = t4Schema.parse(asT4(twin));
    const count = (name: string) => results.filter(({ invalidity }) => invalidity === name).length;
    expect(['correct', 'correctness', 'constraints'].map(count)).toEqual([14, 3, 1]);
    for (const { invalidity, correctness, measurements } of results) {
      expect(correctness).toBe(invalidity === 'correct' ? 1 : 0);
      expect(measurements).toHaveLength(invalidity === 'correct' ? 3 : 0);
    }
  });

  it("Kernel Tuner's cache: keys in the order of the parameters, errors by their names", () => {
    const { cache, problem_size } = cacheSchema.parse(asKernelTunerCache(twin));
    expect(problem_size).toEqual([2, 16, 32, 64]);
    expect(cache['tiled,8,8']).toMatchObject({ time: 1, KERNEL: 'tiled', TILE: 8, LANES: 8 });
    expect(cache['tiled,32,8']).toMatchObject({ time: 1 });
    expect(cache['tiled,16,8']).toMatchObject({ time: 'RuntimeFailedConfig' });
    expect(cache['tiled,64,8']).toMatchObject({ time: 'InvalidConfig', __error__: 'InvalidConfig' });
  });

  it.each(committed)('%s, which came with the repository, is valid in each', (name) => {
    const real = readSpace(join(spacesFolder, name));
    const { ConfigurationSpace } = t1Schema.parse(asT1(real));
    const { results } = t4Schema.parse(asT4(real));
    const { cache } = cacheSchema.parse(asKernelTunerCache(real));
    expect(Object.keys(cache)).toHaveLength(results.length);
    expect(asCsv(real).trimEnd().split('\n')).toHaveLength(results.length + 1);
    // What the space is declared to hold is what was tried or refused, each once.
    const names = ConfigurationSpace.TuningParameters.map(({ Name }) => Name);
    for (const { configuration } of results) expect(Object.keys(configuration)).toEqual(names);
    expect(new Set(results.map(({ configuration }) => JSON.stringify(configuration))).size).toBe(
      results.length,
    );
  });

  it('CSV: a row for each, texts with commas in quotes', () => {
    const lines = asCsv(twin).trimEnd().split('\n');
    expect(lines).toHaveLength(1 + 16 + 2);
    expect(lines[0]).toBe(
      'KERNEL,TILE,LANES,kernel,status,ms,gflops,compile_ms,error,fingerprint,samples_ms',
    );
    expect(lines.at(-1)).toBe('tiled,64,8,,"needs, say, more",,,,,,');
  });
});

describe('replays', () => {
  it('search by chance comes to the best when all was tried; descent after fewer', async () => {
    const { random, strategy, kernels, tried } = await replay(space, walks.descent, 31);
    expect(kernels).toBe(16);
    expect(random.at(-1)).toBe(1);
    expect(strategy.at(-1)).toBe(1);
    expect(tried).toBeLessThan(kernels);
    expect(strategy[3]!).toBeLessThan(random[3]!);
    const drawn = { random, strategy: random, kernels, tried: kernels };
    expect(drawReplay(drawn, 'halving')).toContain('halving tries kernels in the order of random search');
    expect(drawReplay(drawn, 'random')).not.toContain('in the order of');
    expect(drawReplay({ random, strategy, kernels, tried }, 'descent')).toContain(
      `descent was done after ${tried} of 16 kernels.`,
    );
  });

  it.each(committed)('%s is listed with its machine and its counts', (name) => {
    const { family, problem, machine, trials } = readSpace(join(spacesFolder, name));
    const timed = trials.filter(({ status }) => status === 'timed').length;
    const cells = [
      `${family} ${problem}`,
      machine.processor,
      machine.lanes,
      trials.length,
      timed,
      machine.load.toFixed(0),
      machine.date.slice(0, 10),
    ];
    const rows = readFileSync(join(spacesFolder, 'README.md'), 'utf8')
      .split('\n')
      .map((row) =>
        row
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    expect(rows).toContainEqual(cells.map(String));
  });

  it.each(committed)('descent comes to the best of %s, after three fifths of it at most', async (name) => {
    const real = readSpace(join(spacesFolder, name));
    const { random, strategy, kernels, tried } = await replay(real, walks.descent, 3);
    expect(strategy.at(-1)).toBeLessThan(1.02);
    expect(random.at(-1)).toBe(1);
    expect(tried).toBeLessThanOrEqual(0.6 * kernels);
  });

  it.each([
    [1.9, 3],
    [2.1, 1],
  ])(
    'descent goes on from a kernel that starts at %d times the best: %d of its kernels',
    async (times, count) => {
      const values = { KERNEL: ['a', 'b'], TILE: [1, 2, 4] };
      const parameters = Object.entries(values).map(([name, own]) => ({ name, doc: '', values: own }));
      const configurations = values.KERNEL.flatMap((KERNEL) => values.TILE.map((TILE) => ({ KERNEL, TILE })));
      const visited: unknown[] = [];
      await walks.descent(
        { parameters, uses: {}, configurations },
        async ({ KERNEL, TILE }) => {
          visited.push(KERNEL);
          return (KERNEL === 'b' ? times : 1) * (TILE === 2 ? 1 : 1.1);
        },
        { seed: 1, over: () => false },
      );
      expect(visited.filter((kernel) => kernel === 'b')).toHaveLength(count);
    },
  );

  it('a strategy is never shown a time that the space does not have', async () => {
    const seen: (number | undefined)[] = [];
    await replay(
      space,
      async ({ configurations }, visit) => {
        for (const one of configurations.filter(({ TILE }) => TILE === 16)) seen.push(await visit(one));
      },
      1,
    );
    expect(seen).toEqual([undefined, undefined, undefined]);
  });
});

describe('files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'longhorizon-spaces-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are read back, compressed or not', () => {
    const text = JSON.stringify(space);
    writeFileSync(join(folder, 'a.json'), text);
    writeFileSync(join(folder, 'a.json.gz'), gzipSync(text));
    expect(readSpace(join(folder, 'a.json'))).toEqual(space);
    expect(readSpace(join(folder, 'a.json.gz'))).toEqual(space);
  });

  it.each([
    ['missing.json', undefined, /cannot be read: ENOENT.*--space writes such files\.$/],
    ['text.json', 'no JSON', /is no space: it holds no JSON\.$/],
    ['cut.json.gz', 'not compressed', /cannot be read: /],
    ['other.json', '{"format":1}', /is no space: format: /],
  ])('%s is a sentence', (name, content, sentence) => {
    if (content !== undefined) writeFileSync(join(folder, name), content);
    expect(() => readSpace(join(folder, name))).toThrow(sentence);
  });
});
