/** @file Tuning on a device: what is found goes to the table, and the compiler takes it; what is wrong or stuck is left out with a sentence. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Device, openDevice } from '@longhorizon/tensor';
import {
  choicesUsed,
  configurationsOf,
  kernelFamilies,
  makeProgram,
  targetOf,
} from '@longhorizon/tensor/compiler';
import { parseShape } from '@longhorizon/tensor/kernels';
import { Command } from 'commander';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { kernelTables } from '../../../measurements/kernel-tables/tables.ts';
import { madeUpRoof } from '../../../measurements/roof/made-up-roof.ts';
import { roofFiles, writeRoof } from '../../../measurements/roof/store.ts';
import { CandidateFault, ProblemBench } from './bench.ts';
import { makeCandidate } from './candidates.ts';
import { compareCommand } from './compare-command.ts';
import { Exploration } from './exploration.ts';
import { judgedFault } from './judged.ts';
import { parseProblems } from './problems.ts';
import { type TuneOptions, tuneProblems } from './tune.ts';

let device: Device;
const folder = mkdtempSync(join(tmpdir(), 'longhorizon-tune-'));
beforeAll(async () => {
  vi.stubEnv('XDG_CONFIG_HOME', folder);
  device = await openDevice({ warmPipelines: false });
});
afterAll(async () => {
  await device.close();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const [problem] = parseProblems('matmul', ['12,16,8']);
const configuration = {
  KERNEL: 'naive',
  VECTOR: 'columns',
  TILE: 1,
  LANES: 8,
  ROLLED: 1,
  QUADS: 1,
  UNROLL: 1,
};

const options: TuneOptions = {
  strategy: 'random',
  budget: 3,
  seconds: 60,
  seed: 4,
  clock: 'wall',
  bitStable: false,
  compare: false,
  table: join(folder, 'table.jsonl'),
  print: () => {},
};

it('what is found is kept with its ties, and the compiler takes it and says why', async () => {
  const [tuned] = await tuneProblems(device, [{ name: 'a product', problem: problem! }], options);
  const [winner] = tuned!.result.winners;
  expect(tuned!.result).toMatchObject({ cut: true });
  expect(tuned!.result.trials).toHaveLength(3);
  const lines = readFileSync(options.table!, 'utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).key)).toEqual(['1x12,16,8:nn', '1x12,16,8']);
  const { choices, problems } = kernelTables(device.adapter, { LONGHORIZON_KERNELS: options.table });
  expect(problems).toEqual([]);
  const program = makeProgram({ outputs: [problem!.output] }, { ...targetOf(device), choices });
  expect(choicesUsed([program])).toEqual([
    expect.objectContaining({
      family: 'matmul',
      key: '1x12,16,8:nn',
      variant: winner!.candidate.name,
      source: 'table.jsonl',
      why: expect.stringContaining('fastest of 3 kernels'),
    }),
  ]);
});

it('what a table chooses is timed beside the choice of the model, and its ties beside those of another table', async () => {
  const said: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  const asked = async (...words: string[]): Promise<string> => {
    const command = new Command();
    compareCommand(command);
    await command.parseAsync(['matmul', problem!.title, '--of', options.table!, ...words], { from: 'user' });
    return said.splice(0).join('\n');
  };
  try {
    expect(await asked('--against', 'model')).toMatch(
      /\n12,16,8 .* (×\d\.\d+ \[.*\] of \S+|the same kernel)\n\n1 problems: geometric mean ×\d\.\d+, /,
    );
    expect(await asked('--against', options.table!, '--ties')).toMatch(
      / the same\n\n.* on 1 of 1 problems \(100 %\)\.$/,
    );
    await expect(asked('--ties')).rejects.toThrow('name both, with --of and --against');
  } finally {
    vi.restoreAllMocks();
  }
});

it('kernels that are faster than the roof of the adapter allows are left out, each with a sentence', async () => {
  writeRoof(madeUpRoof(device.adapter, 1));
  try {
    const [tuned] = await tuneProblems(device, [{ name: 'a product', problem: problem! }], {
      ...options,
      budget: 2,
      table: undefined,
    });
    expect(tuned!.result.winners).toEqual([]);
    for (const { status, reason } of tuned!.result.trials) {
      expect(status).toBe('runtime');
      expect(reason).toContain(': a measuring fault: ');
    }
  } finally {
    rmSync(roofFiles(device.adapter)[0]);
  }
});

it('what the judge finds wrong is not taken, however fast it is', async () => {
  const judged: string[] = [];
  const [tuned] = await tuneProblems(device, [{ name: 'a product', problem: problem! }], {
    ...options,
    table: undefined,
    judge: async ({ name }) => {
      judged.push(name);
      return judged.length === 1 ? 'it races' : undefined;
    },
  });
  const { winners, trials } = tuned!.result;
  expect(trials.find(({ candidate }) => candidate.name === judged[0])).toMatchObject({
    status: 'correctness',
    reason: 'it races',
  });
  expect(winners.map(({ candidate }) => candidate.name)).not.toContain(judged[0]);
  expect(judged.slice(1)).toEqual(winners.slice(0, 1).map(({ candidate }) => candidate.name));
});

it.each(['matmul', 'conv2d'] as const)(
  'the judge knows every problem of %s by the key of its kernel',
  async (family) => {
    const shape = { matmul: '2x12,8,128:tn', conv2d: '2x4,5,7,4,8:3/2' }[family];
    for (const one of parseProblems(family, [shape])) {
      const program = makeProgram({ outputs: [one.output] }, targetOf(device));
      for (const { key } of choicesUsed([program])) {
        const task = parseShape(family, key)!;
        expect(kernelFamilies[family].keyOf(task.problem as never)).toBe(key);
      }
      const made = makeCandidate(
        one,
        { ...configurationsOf(kernelFamilies[family])[0]!, SPLIT: 1 },
        targetOf(device),
      );
      if (typeof made === 'string') throw new Error(made);
      expect(await judgedFault({ device, problem: one }, made, 7)).toBeUndefined();
    }
  },
);

it.each([
  ['pointwise', 'fused:4096', ['pointwise']],
  ['reduction', '96,64:columns', ['reduction', 'reduction split']],
] as const)('grids of %s kernels are found, kept and taken', async (family, shape, families) => {
  const [one] = parseProblems(family, [shape]);
  const table = join(folder, `${family}.jsonl`);
  const [tuned] = await tuneProblems(device, [{ name: shape, problem: one! }], { ...options, table });
  const [winner] = tuned!.result.winners;
  const lines = readFileSync(table, 'utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).family)).toEqual(families);
  const { choices, problems } = kernelTables(device.adapter, { LONGHORIZON_KERNELS: table });
  expect(problems).toEqual([]);
  const program = makeProgram({ outputs: [one!.output] }, { ...targetOf(device), choices });
  expect(choicesUsed([program])[0]).toMatchObject({
    family,
    variant: winner!.candidate.name.split(' in ')[0],
    source: `${family}.jsonl`,
  });
});

it('a table that names a kernel which cannot take the problem is passed over, and the choice says so', () => {
  const taking = (kernel: string | Record<string, string | number>) =>
    choicesUsed([
      makeProgram(
        { outputs: [problem!.output] },
        {
          ...targetOf(device),
          choices: { of: (family) => (family === 'matmul' ? { kernel, table: 'T', why: '' } : undefined) },
        },
      ),
    ])[0]!;
  expect(taking(configuration)).toMatchObject({ variant: 'naive', source: 'T', configuration });
  expect(taking('naive')).toMatchObject({ variant: 'naive', source: 'T' });
  for (const [kernel, reason] of [
    ['no-such-kernel', 'matmul has no kernel no-such-kernel'],
    [{ ...configuration, TILE: 3 }, 'matmul has no TILE = 3'],
    [{ ...configuration, KERNEL: 'shared', LANES: 32 }, 'it needs subgroups of at least 32'],
  ] as const) {
    const chosen = taking(kernel);
    expect(chosen.source).toBe('model');
    expect(chosen.why).toContain(`the table T names no kernel for it (`);
    expect(chosen.why).toContain(reason);
  }
});

it('a kernel that does not compile, and one whose result is wrong, are faults with a sentence', async () => {
  const bench = new ProblemBench(device, problem!, 'wall');
  try {
    const good = makeCandidate(problem!, { ...configuration, SPLIT: 1 }, targetOf(device));
    if (typeof good === 'string') throw new Error(good);
    const changed = (from: string, to: string) => ({
      ...good,
      name: to,
      program: {
        ...good.program,
        kernels: good.program.kernels.map((kernel) => ({ ...kernel, wgsl: kernel.wgsl.replace(from, to) })),
      },
    });
    await expect(bench.prepare(changed('var sum', 'vat sum'))).rejects.toMatchObject({
      fault: 'compile',
      message: expect.stringMatching(/does not compile: /),
    });
    await expect(bench.prepare(changed('var sum = 0.0', 'var sum = 0.5'))).rejects.toMatchObject({
      fault: 'correctness',
      message: expect.stringMatching(/its result is wrong: it differs from float64 by/),
    });
    await expect(bench.prepare(changed('store(batch, row, column, sum);', ''))).rejects.toThrow(
      CandidateFault,
    );
    const { error, fingerprint, release } = await bench.prepare(good);
    expect(error).toBeLessThan(1e-6);
    expect(fingerprint).toMatch(/^[0-9a-f]{12}$/);
    release();
  } finally {
    bench.release();
  }
});

it('a kernel that takes too long is left out, and a device that is lost ends the search, with a sentence each', async () => {
  const bench = new ProblemBench(device, problem!, 'wall', 0);
  try {
    const exploration = new Exploration(bench, targetOf(device), { budget: 1, seconds: 60 });
    expect(exploration.admits({ ...configuration, SPLIT: 1 })).toBe(true);
    expect(await exploration.visit({ ...configuration, SPLIT: 1 })).toBeUndefined();
    expect(exploration.trials[0]).toMatchObject({
      status: 'timeout',
      reason: expect.stringMatching(/^naive was not (compiled|done) after 0 s and is left out\.$/),
    });
    await device.idle();
  } finally {
    bench.release();
  }
  const lost = await openDevice({ warmPipelines: false });
  lost.gpu.destroy();
  await expect(
    tuneProblems(lost, [{ name: 'a product', problem: problem! }], { ...options, table: undefined }),
  ).rejects.toThrow(/^a product could not be tuned: .*lost.* What was found before is kept\.$/);
  await lost.close();
});

it('kernels that add in another order have another fingerprint, and bit-stable searches leave them out', async () => {
  const [long] = parseProblems('matmul', ['4,4,256']);
  const bench = new ProblemBench(device, long!, 'wall');
  const print = async (SPLIT: number, fingerprint?: string) => {
    const exploration = new Exploration(bench, targetOf(device), {
      budget: 5,
      seconds: 60,
      ...(fingerprint === undefined ? {} : { fingerprint }),
    });
    try {
      expect(exploration.admits({ ...configuration, SPLIT })).toBe(true);
      await exploration.visit({ ...configuration, SPLIT });
      return exploration.trials[0]!;
    } finally {
      exploration.release();
    }
  };
  try {
    const whole = await print(1);
    const parts = await print(4);
    expect(whole.fingerprint).not.toBe(parts.fingerprint);
    expect((await print(4, whole.fingerprint!)).status).toBe('other bits');
    expect((await print(1, whole.fingerprint!)).status).toBe('timed');
  } finally {
    bench.release();
  }
});

it('a file that cannot be written is a sentence at once, and says where to go', async () => {
  const named = [{ name: 'a product', problem: problem! }];
  await expect(
    tuneProblems(device, named, { ...options, budget: 1, table: join(folder, 'table.jsonl', 'x') }),
  ).rejects.toThrow(/cannot be written: .*--table\.$/);
});

it.each([
  ['matmul', '3,5', /'3,5' is no product\. Write /],
  ['conv2d', '3,5', /'3,5' is no convolution\. Write /],
] as const)('%s %s is refused', (family, text, sentence) => {
  expect(() => parseProblems(family, [text])).toThrow(sentence);
});

it('a convolution is made again from the key that its family writes', () => {
  for (const made of parseProblems('conv2d', ['2x3,8,9,4,6:5/2'])) {
    const keyOf = (output: typeof made.output) =>
      choicesUsed([makeProgram({ outputs: [output] }, targetOf(device))])[0]!.key;
    const key = keyOf(made.output);
    expect(keyOf(parseProblems('conv2d', [key])[0]!.output)).toBe(key);
  }
});
