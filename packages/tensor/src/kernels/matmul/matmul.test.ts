/** @file Every matmul variant before the judge, on whatever adapter is there. */
import { describe, expect, test } from 'vitest';
import { adapterProfiles } from '../../adapters/index.ts';
import { judgeVariant, kernelAdapterOf } from '../../judge/judge.ts';
import { type MatmulLayout, matmulTask } from '../../judge/task.ts';
import { useDevice } from '../../testing/device.ts';
import { matmulVariants } from './variants.ts';

const device = useDevice({ warmPipelines: false });

/** The variants that software adapters choose take every shape; the others, made of the same parts, the `common` ones. */
const cases: readonly { readonly name: string; readonly layout: MatmulLayout; readonly common?: boolean }[] =
  [
    { name: 'one element', layout: { m: 1, n: 1, k: 1 } },
    { name: 'aligned, both as they are', layout: { m: 48, n: 96, k: 40 }, common: true },
    { name: 'aligned, a transposed', layout: { m: 48, n: 96, k: 40, transposeA: true } },
    { name: 'aligned, b transposed', layout: { m: 48, n: 96, k: 40, transposeB: true } },
    {
      name: 'aligned, both transposed',
      layout: { m: 48, n: 96, k: 40, transposeA: true, transposeB: true },
      common: true,
    },
    { name: 'odd sizes', layout: { m: 35, n: 33, k: 37 }, common: true },
    {
      name: 'odd sizes, both transposed',
      layout: { m: 35, n: 33, k: 37, transposeA: true, transposeB: true },
    },
    { name: 'vectors that fill no tile', layout: { m: 20, n: 44, k: 12, transposeA: true } },
    { name: 'vectors and an odd sum', layout: { m: 12, n: 36, k: 7, transposeA: true }, common: true },
    { name: 'large enough to load unrolled', layout: { m: 64, n: 128, k: 132, transposeB: true } },
    { name: 'large and odd', layout: { m: 65, n: 129, k: 131, transposeA: true } },
    { name: 'one row', layout: { m: 1, n: 70, k: 36 } },
    { name: 'one column', layout: { m: 70, n: 1, k: 36 } },
    { name: 'a sum of one', layout: { m: 20, n: 24, k: 1 } },
    {
      name: 'offsets that are no multiple of 4',
      layout: { m: 16, n: 32, k: 16, unalignedA: true, unalignedB: true },
    },
    {
      name: 'gaps that are',
      layout: { m: 16, n: 32, k: 16, aGap: 4, bGap: 8 },
    },
    { name: 'a batch', layout: { batch: 3, m: 25, n: 64, k: 36 }, common: true },
    { name: 'a batch with one common a', layout: { batch: 3, m: 9, n: 36, k: 20, shareA: true } },
    {
      name: 'a batch with one common b',
      layout: { batch: 3, m: 9, n: 36, k: 20, shareB: true, transposeB: true },
    },
  ];

const first = ['naive', 'shared-columns-16', 'shared-rows-16'];
const several = ['shared-columns-32x2', 'shared-rows-32x2'];
const names = matmulVariants.map(({ name }) => name).filter((name) => !several.includes(name));
const variantNamed = (name: string) => matmulVariants.find((each) => each.name === name)!;
/** Exact results are computed once a shape. */
const draws = new Map();

describe.each(cases)('$name', ({ layout, common }) => {
  const one = matmulTask(layout);
  test.each(common === true ? names : first)('%s', async (name) => {
    const variant = variantNamed(name);
    const adapter = kernelAdapterOf(device());
    const refusal = variant.prerequisites(one.problem, adapter);
    if (refusal !== undefined) {
      // Only the shared variants may refuse here, and only where subgroups are missing.
      expect(refusal).toContain('subgroups');
      expect(adapter.subgroupMinSize ?? 0).toBeLessThan(4);
      return;
    }
    const { fault } = await judgeVariant(device(), variant, [one], { seed: 1, draws });
    expect(fault).toBeUndefined();
  });
});

test.each(first)('%s stores each element once, reads nothing outside, and goes by no order', async (name) => {
  const tasks = [
    matmulTask({ m: 35, n: 33, k: 37, transposeA: true }),
    matmulTask({ batch: 2, m: 20, n: 44, k: 12 }),
  ];
  const adapter = kernelAdapterOf(device());
  if (variantNamed(name).prerequisites(tasks[0]!.problem, adapter) !== undefined) return;
  const { fault } = await judgeVariant(device(), variantNamed(name), tasks, { seed: 2, everyWay: true });
  expect(fault).toBeUndefined();
});

test.each(several)('%s takes products in whole tiles, and by the model large ones alone', async (name) => {
  const variant = variantNamed(name);
  const transposeA = name.includes('rows');
  const adapter = kernelAdapterOf(device());
  const why = (layout: MatmulLayout) =>
    variant.prerequisites(matmulTask({ ...layout, transposeA }).problem, adapter);
  if ((adapter.subgroupMinSize ?? 0) < 4)
    return expect(why({ m: 256, n: 256, k: 256 })).toContain('subgroups');
  expect(why({ m: 250, n: 250, k: 4096 })).toMatch(/^needs (four neighbouring lines|lines in whole tiles)/);
  const [small, large] = [128, 256].map((size) => matmulTask({ m: size, n: size, k: size, transposeA }));
  expect(variant.score(small!.problem, adapter)).toBe(0);
  expect(variant.score(large!.problem, adapter)).toBeGreaterThan(0);
  const one = matmulTask({ m: 128, n: 128, k: 37, transposeA });
  expect((await judgeVariant(device(), variant, [one], { seed: 3 })).fault).toBeUndefined();
});

test('an empty sum is zero', async () => {
  const one = matmulTask({ m: 5, n: 9, k: 0 });
  const takers = matmulVariants.filter(
    (variant) => variant.prerequisites(one.problem, kernelAdapterOf(device())) === undefined,
  );
  expect(takers.map(({ name }) => name)).toEqual(['naive']);
  expect([...one.reference(new Float32Array(), new Float32Array()).values]).toEqual(new Array(45).fill(0));
  expect((await judgeVariant(device(), takers[0]!, [one], { seed: 4 })).fault).toBeUndefined();
});

test.each(['registers-columns-8', 'workgroup-4x4'])('%s as a graphics processor gets it', async (name) => {
  const one = matmulTask({ m: 35, n: 33, k: 37, transposeA: true });
  const adapter = { ...kernelAdapterOf(device()), profile: adapterProfiles.gpu };
  expect(
    (await judgeVariant(device(), variantNamed(name), [one], { seed: 5, adapter })).fault,
  ).toBeUndefined();
});
