/** @file What is said of a kernel's text and its translation. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { diff, show } from './show.ts';
import { sideBySide, wgslFunctions } from './side-by-side.ts';
import { spirvFunctions, totalCounts } from './spirv.ts';
import { lastShader } from './translate.ts';

const folder = mkdtempSync(join(tmpdir(), 'longhorizon-shown-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Two functions: one loads a vector, multiplies and adds it, and stores it; the other has a loop, an array of its own and a barrier. */
const assembly = `
      %float = OpTypeFloat 32
    %v4float = OpTypeVector %float 4
       %uint = OpTypeInt 32 0
     %uint_3 = OpConstant %uint 3
      %array = OpTypeArray %v4float %uint_3
    %to_vec4 = OpTypePointer StorageBuffer %v4float
   %to_array = OpTypePointer Function %array
   %to_group = OpTypePointer Workgroup %float
      %shared = OpVariable %to_group Workgroup
       %main = OpFunction %void None %1
          %2 = OpLabel
          %3 = OpAccessChain %to_vec4 %buffer %uint_3
          %4 = OpLoad %v4float %3 NonPrivatePointer
          %5 = OpExtInst %v4float %glsl Fma %4 %4 %4
          %6 = OpFAdd %v4float %5 %4
               OpStore %3 %6 NonPrivatePointer
               OpFunctionEnd
      %other = OpFunction %void None %1
         %10 = OpVariable %to_array Function
               OpLoopMerge %11 %12 None
         %13 = OpLoad %float %shared
               OpControlBarrier %uint_2 %uint_2 %uint_264
         %14 = OpGroupNonUniformShuffle %float %uint_3 %13 %15
               OpFunctionEnd
`;

it('loads, stores, products, arrays and barriers are counted by function, vectors by their elements', () => {
  const [main, other] = spirvFunctions(assembly);
  expect([main!.name, other!.name]).toEqual(['main', 'other']);
  expect(main!.counts).toMatchObject({
    loads: 1,
    loadBytes: 16,
    stores: 1,
    storeBytes: 16,
    fma: 4,
    multiplyOrAdd: 4,
  });
  expect(other!.counts).toMatchObject({
    loads: 0,
    workgroupLoads: 1,
    loops: 1,
    barriers: 1,
    subgroup: 1,
    privateArrays: 1,
    privateBytes: 48,
  });
  expect(totalCounts([main!, other!])).toMatchObject({ loads: 1, privateBytes: 48 });
});

it('an array around all functions counts once, in the first that uses it; a matrix times a vector by its elements', () => {
  const [first, second] = spirvFunctions(`
      %float = OpTypeFloat 32
    %v4float = OpTypeVector %float 4
     %matrix = OpTypeMatrix %v4float 4
       %uint = OpTypeInt 32 0
    %uint_32 = OpConstant %uint 32
      %array = OpTypeArray %v4float %uint_32
 %to_private = OpTypePointer Private %array
       %sums = OpVariable %to_private Private %null
        %add = OpFunction %void None %1
          %2 = OpLoad %matrix %block None
          %3 = OpMatrixTimesVector %v4float %2 %own
          %4 = OpAccessChain %to_vec4 %sums %uint_3
               OpFunctionEnd
       %main = OpFunction %void None %1
          %5 = OpAccessChain %to_vec4 %sums %uint_3
               OpFunctionEnd
`);
  expect(first!.counts).toMatchObject({ privateArrays: 1, privateBytes: 512, multiplyOrAdd: 28 });
  expect(second!.counts).toMatchObject({ privateArrays: 0, privateBytes: 0 });
});

it('functions of a module are found with their attributes, and stand beside what became of them', () => {
  const wgsl =
    'const A: u32 = 1u;\nfn N() -> u32 { return 3u; }\n@compute\n@workgroup_size(8)\nfn main() {\n  if (true) { other(); }\n}\nfn other() {}\nfn unused() {}';
  const { outside, functions } = wgslFunctions(wgsl);
  expect(outside).toBe('const A: u32 = 1u;');
  expect([...functions.keys()]).toEqual(['N', 'main', 'other', 'unused']);
  expect(functions.get('main')).toMatch(/^@compute[\s\S]*\}$/);
  const text = sideBySide(wgsl, spirvFunctions(assembly), 80);
  expect(text).toContain('── main   (1 loads, 16 bytes loaded, 1 stores');
  expect(text).toMatch(/── unused\nfn unused\(\) \{\} +│ \(not called/);
  expect(text).not.toContain('── N');
});

it('the last shader that Dawn printed is taken, in whatever language', () => {
  expect(
    lastShader(
      'info:\n/* Dumped SPIRV disassembly */\none\ninfo:\n/* Dumped SPIRV disassembly */\ntwo\nwarning: x',
    ),
  ).toEqual({
    language: 'SPIRV',
    text: 'two',
  });
  expect(lastShader('info:\n/* Dumped generated MSL */\nkernel void')?.language).toBe('MSL');
  expect(lastShader('nothing')).toBeUndefined();
});

it('a kernel of the library is shown with its counts and the bytes that it issues', async () => {
  const text = await show({ family: 'matmul', name: 'naive', shape: '8,8,16' }, 120);
  // 64 results, 16 products each of two loads, one store: (64 · 32 + 64) · 4 bytes.
  expect(text).toContain('matmul/naive  8,8,16: 1 × 1 × 1 workgroups');
  expect(text).toContain(`bytes issued ${((64 * 33 * 4) / 1e6).toPrecision(3)} MB`);
  expect(text).toMatch(/places in the SPIRV\n {2}loads +2\n/);
  expect(text).toMatch(/── main .*fused multiply-adds/);
});

it('two kernels are compared, and what cannot be shown is said', async () => {
  const at = { family: 'matmul', shape: '8,8,16' } as const;
  const text = await diff({ ...at, name: 'naive' }, { ...at, name: 'naive', commit: 'HEAD' });
  expect(text).toMatch(/bytes issued +8448 +8448\n/);
  expect(text).toContain('a matmul/naive, b matmul/naive@HEAD');
  await expect(show({ ...at, name: 'naive', commit: 'no-such-commit' }, 100)).rejects.toThrow(
    "The kernels of 'no-such-commit' cannot be read from git",
  );
  mkdirSync(join(folder, 'matmul'));
  writeFileSync(
    join(folder, 'matmul', 'broken.wgsl'),
    '@compute @workgroup_size(8) fn main() { nothing(); }',
  );
  writeFileSync(
    join(folder, 'matmul', 'broken.mjs'),
    "export default { doc: '', uses: ['store'], workgroups: () => [1, 1, 1] };",
  );
  await expect(show({ ...at, name: 'broken', from: folder }, 100)).rejects.toThrow('does not compile');
});
