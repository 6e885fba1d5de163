import { type Dataset, keyAt, loadDataset, toCommonShape } from '@longhorizon/datasets';
import { array, evaluate, input } from '@longhorizon/tensor';
import { expect, it } from 'vitest';
import { firstStep, streamOf } from './batch-stream.ts';
import { isHere } from './data-files.ts';
import { picturesOf } from './pictures.ts';
import { smallPictures } from './small-pictures.ts';

const glyphs = loadDataset('glyphs', { seed: 1, classes: 2, perClass: 3 });
/** Six pictures of 1 × 2 pixels in one channel. */
const bytes = Uint8Array.from([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 255]);
const tiny = { ...glyphs, images: bytes, shape: [6, 1, 2, 1] } as Dataset;

it('pictures are drawn by index, with mean 0 and deviation 1 over those that there are', () => {
  const pictures = picturesOf(tiny, Uint32Array.from([5, 0, 2]));
  const chosen = [100, 255, 0, 10, 40, 50];
  const mean = chosen.reduce((sum, one) => sum + one, 0) / 6;
  const deviation = Math.sqrt(chosen.reduce((sum, one) => sum + (one - mean) ** 2, 0) / 6);
  const packed = input(pictures.packed.shape, { dtype: 'u32' });
  const feeds = new Map([
    [packed, { shape: packed.shape, dtype: 'u32' as const, data: Float64Array.from(pictures.packed.values) }],
  ]);
  const indices = array([2, 1, 2, 0], [2, 2], 'u32');
  const [drawn] = evaluate([pictures.draw(packed, indices, [2])], feeds);
  expect(drawn!.shape).toEqual([2, 2, 2]);
  const right = [40, 50, 0, 10, 40, 50, 100, 255].map((one) => (one - mean) / deviation);
  drawn!.data.forEach((value, k) => {
    expect(value).toBeCloseTo(right[k]!, 6);
  });
  expect(picturesOf(tiny).packed.shape[0]).toBe(6);
});

it('numbers that are no bytes are refused by name', () => {
  const table = { ...tiny, name: 'table', images: Float32Array.from(bytes) } as unknown as Dataset;
  expect(() => picturesOf(table)).toThrow("'table' does not hold pictures of bytes");
});

it('a small set is made once a process, from the generated numbers that were asked for', () => {
  const options = { seed: 2, classes: 3, perClass: 2 };
  const small = smallPictures('glyphs', 7, options);
  expect(small.shape).toEqual([6, 7, 7, 1]);
  expect(smallPictures('glyphs', 7, { ...options })).toBe(small);
  expect(smallPictures('glyphs', 7, { ...options, seed: 3 }).images).not.toEqual(small.images);
  const whole = loadDataset('glyphs', options);
  expect(small.images).toEqual(toCommonShape(whole, { height: 7, width: 7, channels: 1 }).images);
});

it('only a set of pictures whose files are all found is here', () => {
  expect(isHere('glyphs')).toBe(false);
  expect(() => isHere('no such set')).toThrow(/no such set/);
});

it('batches go on from one inner optimisation to the next: every example once an epoch, whatever T is', () => {
  const [examples, batch, T] = [6, 4, 3];
  const stream = streamOf({ key: keyAt(1, { of: 'order' }), examples, batch });
  const step = input([], { dtype: 'u32' });
  const first = input([], { dtype: 'u32' });
  const at = (number: number, before: number): number[] => {
    const scalar = (value: number) => ({ shape: [], dtype: 'u32' as const, data: Float64Array.of(value) });
    const [drawn] = evaluate(
      [stream({ firstStep: first }, step)],
      new Map([
        [step, scalar(number)],
        [first, scalar(before)],
      ]),
    );
    expect(drawn!.shape).toEqual([batch]);
    return [...drawn!.data];
  };
  expect(Object.keys(firstStep())).toEqual(['firstStep']);
  // Two inner optimisations of three steps: 24 places, so that each of six examples comes four times.
  const seen = [0, T].flatMap((before) => Array.from({ length: T }, (_, t) => at(t, before)).flat());
  for (let epoch = 0; epoch < 4; epoch++)
    expect([...seen.slice(epoch * examples, (epoch + 1) * examples)].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  expect(at(0, T)).toEqual(at(T, 0));
});

it('tasks have streams of their own', () => {
  const step = input([], { dtype: 'u32' });
  const stream = streamOf({ key: keyAt(1, { of: 'order' }), examples: 50, batch: 4, tasks: 2 });
  const zero = { shape: [], dtype: 'u32' as const, data: Float64Array.of(0) };
  const first = input([], { dtype: 'u32' });
  const [drawn] = evaluate(
    [stream({ firstStep: first }, step)],
    new Map([
      [step, zero],
      [first, zero],
    ]),
  );
  expect(drawn!.shape).toEqual([2, 4]);
  expect([...drawn!.data.slice(0, 4)]).not.toEqual([...drawn!.data.slice(4)]);
});
