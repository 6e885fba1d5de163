/** @file Kernels that cheat, each caught by name; and the library's own, which pass. */
import { describe, expect, it } from 'vitest';
import type { EmittedKernel, MatmulProblem } from '../kernels/contraction.ts';
import { naiveVariant } from '../kernels/matmul/naive.ts';
import { problemConstants } from '../kernels/matmul/problem.ts';
import { useDevice } from '../testing/device.ts';
import { type JudgedVariant, judgeVariant } from './judge.ts';
import { renumbered, workgroupSize } from './renumbered.ts';
import { judgedShapes } from './shapes.ts';
import { type KernelTask, matmulTask } from './task.ts';

const device = useDevice({ warmPipelines: false });

/** A product, one result an invocation, with statements of a test's own before and after the sum. */
function product(name: string, parts: { before?: string; after?: string; end?: string; top?: string }) {
  const wgsl = `${parts.top ?? ''}
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let element = group.x * 64u + lane;
  if (element >= BATCH() * M() * N()) { return; }
  let batch = element / (M() * N());
  let row = element / N() % M();
  let column = element % N();
  ${parts.before ?? ''}
  var sum = 0.0;
  for (var k = 0u; k < K(); k++) {
    sum = fma(load_a(a_batch(batch) + row * A_ROW_STRIDE() + k * A_COLUMN_STRIDE()),
      load_b(b_batch(batch) + k * B_ROW_STRIDE() + column * B_COLUMN_STRIDE()), sum);
  }
  ${parts.after ?? ''}
  ${parts.end ?? 'store(batch, row, column, sum);'}
}`;
  return variant(name, (problem) => ({
    wgsl,
    constants: { ...problemConstants(problem) },
    uses: ['load_a', 'load_b', 'store'],
    workgroups: [Math.ceil((problem.batch * problem.m * problem.n) / 64), 1, 1],
  }));
}

function variant(
  name: string,
  emit: (problem: MatmulProblem) => EmittedKernel,
): JudgedVariant<MatmulProblem> {
  return { name, prerequisites: () => undefined, emit };
}

const small = [matmulTask({ m: 19, n: 21, k: 16 })];
const faultOf = async (
  cheat: JudgedVariant<MatmulProblem>,
  tasks: readonly KernelTask<MatmulProblem>[] = small,
  everyWay = false,
) => (await judgeVariant(device(), cheat, tasks, { seed: Math.random() * 2 ** 32, everyWay })).fault;

it('an honest product passes, at every shape and in every way', async () => {
  const shapes = judgedShapes.matmul(7);
  expect(shapes.map(({ title }) => title)).toEqual([
    '35,33,37',
    '3x12,36,7:tn (b shared)',
    '1,68,64:nt',
    expect.any(String),
    expect.any(String),
  ]);
  expect(await faultOf(product('honest', {}), shapes, true)).toBeUndefined();
  const { fault, worst, elements } = await judgeVariant(device(), naiveVariant, small, { seed: 3 });
  expect([fault, elements]).toEqual([undefined, 5 * 19 * 21]);
  expect(worst).toBeGreaterThan(0);
  expect(worst).toBeLessThan(1);
});

describe('is caught: a kernel that', () => {
  it.each([
    [
      'writes nothing',
      { end: 'if (sum == 1.2345e30) { store(batch, row, column, sum); }' },
      /leaves 399 results unwritten/,
    ],
    [
      'writes half',
      { end: 'if (row % 2u == 0u) { store(batch, row, column, sum); }' },
      /leaves 189 results unwritten/,
    ],
    [
      'adds to what is there',
      { after: 'sum += result[64u + result_place(batch, row, column)];' },
      /results are (wrong|unwritten)|unwritten/,
    ],
    [
      'adds up what lies behind its operand',
      { after: 'sum += load_a(a_batch(batch) + M() * K() + lane % 8u);' },
      /results are wrong .* NaN instead of/,
    ],
    [
      'writes behind its result',
      { after: 'result[64u + BATCH() * M() * N() + 3u] = 1.0;' },
      /writes outside its result, at element 402 of 399/,
    ],
    ['writes before its result', { after: 'result[3u] = 1.0;' }, /writes outside its result, at element -61/],
    [
      'clears its operand',
      { after: 'operand_a[a_batch(batch)] = 0.0;' },
      /results are wrong|writes into its operand a/,
    ],
    [
      'keeps what it knows beside its operand',
      { after: 'if (element == 0u) { operand_b[1] = sum; }' },
      /writes into its operand b/,
    ],
    [
      'keeps the answer while the first inputs stay the same',
      {
        before: `let place = 64u + result_place(batch, row, column);
  if (result[place] != 0.0 && abs(result[place]) < 1e30 && abs(result[64] - dot_of_first()) < 1e-3) { return; }`,
        top: `fn dot_of_first() -> f32 { var sum = 0.0; for (var k = 0u; k < K(); k++) {
          sum = fma(load_a(a_batch(0u) + k * A_COLUMN_STRIDE()), load_b(b_batch(0u) + k * B_ROW_STRIDE()), sum); } return sum; }`,
      },
      /results are wrong .*two elements changed/,
    ],
    [
      'leaves a finite result of an earlier run alone',
      { before: 'if (abs(result[64u + result_place(batch, row, column)]) < 1e30) { return; }' },
      /results are wrong .*two elements changed/,
    ],
    [
      'adds in half precision',
      { after: 'sum = bitcast<f32>(bitcast<u32>(sum) & 0xffffe000u);' },
      /results are wrong/,
    ],
    [
      'makes zero of what is no finite number',
      { after: 'if ((bitcast<u32>(sum) & 0x7f800000u) == 0x7f800000u) { sum = 0.0; }' },
      /NaN and infinity/,
    ],
    ['knows the sizes of a test alone', { after: 'if (M() == 19u) { sum *= 1.001; }' }, /results are wrong/],
  ] as const)('%s', async (name, parts, sentence) => {
    expect(await faultOf(product(name, parts))).toMatch(sentence);
  });

  it('is wrong at one shape', async () => {
    const cheat = product('odd sums', { after: 'if (K() % 2u == 1u) { sum -= 0.001; }' });
    expect(await faultOf(cheat)).toBeUndefined();
    expect(await faultOf(cheat, judgedShapes.matmul(1))).toMatch(/results are wrong of 1155 at 35,33,37/);
  });

  it('is wrong at one element in a million', async () => {
    const task = matmulTask({ m: 1024, n: 1024, k: 4 });
    const element = Math.floor(Math.random() * 2 ** 20);
    const cheat = product('one element', { after: `if (element == ${element}u) { sum *= 1.00001; }` });
    const place = `[0, ${Math.floor(element / 1024)}, ${element % 1024}]`;
    const fault = await faultOf(cheat, [task]);
    expect(fault).toMatch(/^1 results are wrong of 1048576/);
    expect(fault).toContain(place);
  });

  it('reads outside without using what it reads', async () => {
    const cheat = product('masked', {
      after: 'let outside = load_b(b_batch(batch) + K() * N() + 2u); if (K() == 1000u) { sum += outside; }',
    });
    expect(await faultOf(cheat, small, true)).toMatch(/^it reads outside its operand b/);
  });

  it('stores an element twice', async () => {
    const cheat = product('twice', { after: 'store(batch, row, column, sum);' });
    expect(await faultOf(cheat)).toBeUndefined();
    expect(await faultOf(cheat, small, true)).toMatch(/stores the element \[0, 0, 0\] 2 times/);
  });

  it('writes an element that is not its own', async () => {
    const cheat = product('last one wins', {
      end: 'store(batch, row, column, sum); result[64] = f32(group.x);',
    });
    expect(await faultOf(cheat)).toMatch(/results are wrong/);
  });

  it('races: a workgroup writes where the next one will', async () => {
    // Right where a driver runs workgroups in order.
    const cheat = product('overwritten later', {
      end: 'if (element + 64u < BATCH() * M() * N()) { result[element + 128u] = 7.0; } store(batch, row, column, sum);',
    });
    expect(await faultOf(cheat, small, true)).toMatch(/it races|are wrong/);
  });

  it('races: invocations read what others may not have written yet', async () => {
    // Right where a driver runs invocations in order.
    const cheat = variant('no barrier', (problem) => ({
      wgsl: `var<workgroup> first: f32;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  if (lane == 0u) {
    var sum = 0.0;
    for (var k = 0u; k < K(); k++) {
      sum = fma(load_a(a_batch(0u) + group.x * A_ROW_STRIDE() + k * A_COLUMN_STRIDE()), load_b(b_batch(0u) + k * B_ROW_STRIDE()), sum);
    }
    first = sum;
  }
  if (lane == 63u) { store(0u, group.x, 0u, first); }
}`,
      constants: { ...problemConstants(problem) },
      uses: ['load_a', 'load_b', 'store'],
      workgroups: [problem.m, 1, 1],
    }));
    const task = [matmulTask({ m: 5, n: 1, k: 16 })];
    expect(await faultOf(cheat, task, true)).toMatch(/it races|are wrong/);
    const honest = {
      ...cheat,
      emit: (problem: MatmulProblem) => {
        const kernel = cheat.emit(problem, undefined as never);
        return {
          ...kernel,
          wgsl: kernel.wgsl.replace('if (lane == 63u)', 'workgroupBarrier(); if (lane == 63u)'),
        };
      },
    };
    expect(await faultOf(honest, task, true)).toBeUndefined();
  });

  it('takes no shape at all', async () => {
    const cheat = { ...product('none', {}), prerequisites: () => 'needs better times' };
    expect(await faultOf(cheat)).toBe('it takes none of the shapes at which it was to be judged');
  });
});

describe('numbers from the other end', () => {
  const text = `const LANES: u32 = 8u;
@compute @workgroup_size(LANES, 2)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) own: vec3<u32>) {
  let a = group.x;
}`;

  it('an entry point asks for what it needs and counts from there', () => {
    expect(workgroupSize(text)).toEqual(['LANES', '2', '1']);
    expect(renumbered(text)).toContain('let group = given_num_workgroups - 1u - given_group;');
    expect(renumbered(text)).toContain('let own = vec3<u32>(LANES, 2, 1) - 1u - given_own;');
  });

  it('lanes of kernels with subgroups stay where the driver put them', () => {
    const turned = renumbered(`enable subgroups;\n${text}`)!;
    expect(turned).toContain('let group =');
    expect(turned).not.toContain('let own =');
  });

  it('an entry point that cannot be read is left alone', () => {
    expect(renumbered('fn main() {}')).toBeUndefined();
    expect(
      renumbered(text.replace('@builtin(local_invocation_id) own: vec3<u32>', 'own: Input')),
    ).toBeUndefined();
  });
});
