import { logisticRegression } from '@longhorizon/nn';
import { array, evaluate } from '@longhorizon/tensor';
import { expect, it } from 'vitest';
import { gradientMaps, margin, unitDeviation } from './margin.ts';

const valuesOf = (tensor: Parameters<typeof evaluate>[0][number]) => [
  ...evaluate([tensor], new Map())[0]!.data,
];

it('a margin is the logit of the class less the largest of the others, whatever is added to all', () => {
  // Normalising takes the same number from every logit.
  const logits = [3, 1, -2, 0.5, 4, 2];
  const labels = array([0, 2], [2], 'u32');
  const found = valuesOf(margin(array(logits, [2, 3]), labels));
  expect(found[0]).toBeCloseTo(3 - 1, 10);
  expect(found[1]).toBeCloseTo(2 - 4, 10);
  const raised = logits.map((one) => one + 50);
  expect(valuesOf(margin(array(raised, [2, 3]), labels))[1]).toBeCloseTo(-2, 10);
});

it('a map is divided by its own deviation, and one of zeros stays', () => {
  const found = valuesOf(unitDeviation(array([1, 3, 1, 3, 0, 0, 0, 0, 8, 0, 0, 0], [3, 4])));
  expect(found.slice(0, 4)).toEqual([1, 3, 1, 3]);
  expect(found.slice(4, 8)).toEqual([0, 0, 0, 0]);
  // The deviation of (8, 0, 0, 0) is √12.
  expect(found[8]).toBeCloseTo(8 / Math.sqrt(12), 10);
});

it('the map of a linear victim is the difference of two columns of its weights, at unit deviation', async () => {
  const [pixels, classes] = [4, 2];
  const model = logisticRegression(pixels, classes);
  const [weight, bias] = model.layout.names as [string, string];
  const columns = [
    [1, 2, 3, 6],
    [0, 2, 5, -2],
  ];
  const weights = model.layout.pack({
    [weight]: Float32Array.from({ length: pixels * classes }, (_, k) => columns[k % 2]![k >> 1]!),
    [bias]: Float32Array.of(0, 0),
  });
  const images = Float32Array.from({ length: 2 * pixels }, (_, k) => k / 10);
  const maps = await gradientMaps(
    'float64',
    { model, weights },
    { images, labels: Uint32Array.of(0, 1), side: 2, classes },
  );
  const difference = columns[0]!.map((one, k) => one - columns[1]![k]!);
  const mean = difference.reduce((sum, one) => sum + one, 0) / pixels;
  const deviation = Math.sqrt(difference.reduce((sum, one) => sum + (one - mean) ** 2, 0) / pixels);
  difference.forEach((one, k) => {
    expect(maps[k]).toBeCloseTo(one / deviation, 6);
    expect(maps[pixels + k]).toBeCloseTo(-one / deviation, 6);
  });
});
