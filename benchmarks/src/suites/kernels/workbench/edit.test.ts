/** @file What the workbench says of kernels that work and of kernels that do not. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readVariants } from './candidates.ts';
import { placeOf } from './commands.ts';
import { edit } from './edit.ts';
import { othersLine, speedText } from './lines.ts';

const folder = mkdtempSync(join(tmpdir(), 'longhorizon-own-kernels-'));
afterAll(() => rmSync(folder, { recursive: true }));

const text = `@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let element = group.x * LANES + lane;
  if (element >= BATCH() * M() * N()) { return; }
  let batch = element / (M() * N());
  let row = element / N() % M();
  let column = element % N();
  var sum = 0.0;
  for (var k = group.z / (BATCH() + 1u); k < K(); k++) {
    sum = fma(load_a(a_batch(batch) + row * A_ROW_STRIDE() + k * A_COLUMN_STRIDE()),
      load_b(b_batch(batch) + k * B_ROW_STRIDE() + column * B_COLUMN_STRIDE()), sum);
  }
  store(batch, row, column, sum);
}
`;
const module = (parts = '') => `export default {
  doc: 'a product',
  sizes: { LANES: 64 },
  uses: ['load_a', 'load_b', 'store'],
  workgroups: ({ batch, rows, columns }) => [Math.ceil((batch * rows * columns) / 64), 1, 1],
  ${parts}
};`;

const write = (name: string, wgsl: string, own = module(), into = folder): void => {
  mkdirSync(join(into, 'matmul'), { recursive: true });
  writeFileSync(join(into, 'matmul', `${name}.wgsl`), wgsl);
  writeFileSync(join(into, 'matmul', `${name}.mjs`), own);
};

beforeAll(() => write('good', text));

interface Asked {
  readonly name?: string;
  readonly from?: string;
  readonly limitS?: number;
  readonly once?: boolean;
  readonly signal?: AbortSignal;
  readonly print?: (line: string) => void;
}

async function lines(asked: Asked): Promise<{ right: boolean; said: readonly string[] }> {
  const said: string[] = [];
  const kernel = asked.name === undefined ? 'matmul' : `matmul/${asked.name}`;
  const right = await edit({
    place: placeOf(kernel, { shape: '24,20,16', from: asked.from ?? folder }),
    robustness: true,
    once: asked.once ?? true,
    limitS: asked.limitS ?? 60,
    print: (line) => {
      said.push(line);
      asked.print?.(line);
    },
    signal: asked.signal ?? new AbortController().signal,
    shareOf: () => ({ share: 0.125 }),
  });
  return { right, said };
}

it('judges a kernel, times it beside the present choice, and looks at other shapes', async () => {
  const { right, said } = await lines({ name: 'good' });
  expect(right).toBe(true);
  expect(said[0]).toMatch(/; the present choice for 24,20,16 is \S+ \(/);
  expect(said[1]).toMatch(
    /^matmul\/good {2}24,20,16 {2}correct to \d\.\de-\d+ \(0\.\d+ of the bound\) {2}.* GFLOP\/s {2}×\d.* of \S+ {2}13 % of the roof$/,
  );
  expect(said[2]).toBe(
    'matmul/good  right at 5 other shapes too, with accesses counted and in the opposite order',
  );
});

it('kernels that cannot be judged get a sentence each, and the others are judged', async () => {
  const bad = join(folder, 'bad');
  const many = module().replace('[Math.ceil((batch * rows * columns) / 64), 1, 1]', "['many']");
  write('compile', text.replace('var sum = 0.0', 'var sum = nothing'), module(), bad);
  write('large', text, module().replace('LANES: 64', 'LANES: 65536'), bad);
  write('launch', text, many, bad);
  write('needs', text, module("needs: () => 'needs sizes that are multiples of 512',"), bad);
  write('right', text, module(), bad);
  write('wrong', text.replace('var sum = 0.0', 'var sum = 0.01'), module(), bad);
  const { right, said } = await lines({ from: bad });
  expect(right).toBe(false);
  expect(said.slice(1).map((line) => line.replace(/^(matmul\/\w+ {2})24,20,16 {2}/, '$1'))).toEqual([
    expect.stringMatching(
      /^matmul\/compile {2}does not compile: line 8 of its text, column 13: unresolved value 'nothing'/,
    ),
    expect.stringMatching(/^matmul\/large {2}cannot be made ready: The adapter .* makes no compute pipeline/),
    expect.stringMatching(
      /^matmul\/launch {2}cannot be made ready: matmul\/launch launches \["many"\] workgroups/,
    ),
    expect.stringMatching(/^matmul\/needs {2}cannot take 24,20,16: it needs sizes/),
    expect.stringMatching(/^matmul\/right {2}correct to/),
    expect.stringMatching(/^matmul\/right {2}right at 5 other shapes/),
    expect.stringMatching(/^matmul\/wrong {2}is wrong: 480 results are wrong of 480/),
  ]);
});

it('a kernel that never ends is ended, and the next one is judged', async () => {
  write(
    'endless',
    text.replace(
      'var sum = 0.0;',
      'var sum = 0.0; while (K() > 0u) { sum += 1.0; if (sum < 0.0) { break; } }',
    ),
  );
  const { right, said } = await lines({ name: 'endless', limitS: 6 });
  expect(right).toBe(false);
  expect(said.at(-1)).toMatch(
    /^matmul\/endless {2}did not end within 6 s, running, .*; its process was ended$/,
  );
});

it('each save prints a line, of the text that was saved', async () => {
  write('saved', text);
  const end = new AbortController();
  // The line that ends the work on each save; the first one of the session is followed by 'watching'.
  const isEnd = (line: string): boolean =>
    /^watching|is wrong/.test(line) || (steps.length === 1 && /right at/.test(line));
  const steps = [
    () => write('saved', text.replace('var sum = 0.0', 'var sum = 1.0')),
    () => write('saved', text.replace('store(batch', ' store(batch')),
    () => end.abort(),
  ];
  const { said } = await lines({
    name: 'saved',
    once: false,
    signal: end.signal,
    print: (line) => {
      if (isEnd(line)) setTimeout(() => steps.shift()?.(), 50);
    },
  });
  expect(
    said.filter((line) => /correct to|is wrong/.test(line)).map((line) => /correct|wrong/.exec(line)![0]),
  ).toEqual(['correct', 'wrong', 'correct']);
});

it('a kernel and a folder that are not there are refused', async () => {
  await expect(readVariants('matmul', folder, 'missing')).rejects.toThrow(
    "There is no kernel 'missing' in the folder",
  );
  await expect(readVariants('matmul', '/nowhere/at/all')).rejects.toThrow(
    'There is no folder /nowhere/at/all/matmul.',
  );
  await expect(readVariants('conv2d', undefined, 'mine')).rejects.toThrow(
    "no kernel 'mine' in the family conv2d",
  );
});

it.each([
  ['lonely', undefined, 'there is no module lonely.ts or lonely.mjs'],
  ['empty', 'export const a = 1;', 'empty.mjs has no default export'],
  ['unfinished', 'export default {', 'unfinished.mjs cannot be loaded'],
  [
    'stranger',
    module().replace("'load_a'", "'load_c'"),
    "stranger.mjs uses 'load_c'; the contract has load_a",
  ],
  ['mute', module().replace(", 'store'", ''), "mute.mjs uses neither 'store' nor 'store4'"],
  ['unlaunched', module().replace('workgroups:', 'groups:'), "unlaunched.mjs has no 'workgroups'"],
])('the module of %s is told what is wrong with it', async (name, own, sentence) => {
  writeFileSync(join(folder, 'matmul', `${name}.wgsl`), text);
  if (own !== undefined) writeFileSync(join(folder, 'matmul', `${name}.mjs`), own);
  await expect(readVariants('matmul', folder, name)).rejects.toThrow(sentence);
});

it.each([
  ['matmul/', undefined, "'matmul/' names no kernels; write FAMILY or FAMILY/VARIANT"],
  ['reduction/fast', undefined, 'the family being matmul or conv2d'],
  ['matmul/naive', '3,5', "'3,5' is no shape of matmul"],
  ['conv2d/naive', '0,1,1,1,1', "'0,1,1,1,1' is no shape of conv2d"],
])('%s at %s is refused', (kernel, shape, sentence) => {
  expect(() => placeOf(kernel, shape === undefined ? {} : { shape })).toThrow(sentence);
});

it('a kernel that takes no other shape is not called wrong for it', () => {
  expect(othersLine('matmul/mine', { shapes: 0 })).toContain('it was judged at this one alone');
  expect(othersLine('matmul/mine', { shapes: 2, fault: 'is wrong: it races' })).toBe(
    'matmul/mine  is wrong: it races',
  );
});

it('a speed is said with half its interval, or with what it lacks', () => {
  const comparison = {
    change: -0.1,
    low: -0.12,
    high: -0.08,
    level: 0.95,
    pValue: 0.01,
    threshold: 0.02,
    blocks: 8,
  };
  expect(speedText({ ...comparison, verdict: 'faster' })).toBe('×1.11 ±0.02');
  expect(speedText({ ...comparison, verdict: 'unproven' })).toBe('×1.11 (too few rounds)');
});

it('a kernel that takes its process with it is told so, and the next one is judged in another', async () => {
  const mixed = join(folder, 'mixed');
  // Looking at it asks twice for its launch, judging it twice more.
  const crash = module().replace(
    'workgroups: (',
    "workgroups: (...args) => { if (++asked > 3) process.kill(process.pid, 'SIGKILL'); return launch(...args); },\n  unused: (",
  );
  const launch = /workgroups: (\(.*),\n/.exec(module())![1]!;
  write('crash', text, `let asked = 0;\nconst launch = ${launch};\n${crash}`, mixed);
  write('good', text, module(), mixed);
  const { right, said } = await lines({ from: mixed });
  expect(right).toBe(false);
  expect(said.slice(1)).toEqual([
    'matmul/crash  took its process with it while compiling: it was ended by SIGKILL',
    expect.stringMatching(/^matmul\/good {2}24,20,16 {2}correct to/),
    expect.stringMatching(/^matmul\/good {2}right at 5 other shapes/),
  ]);
});
