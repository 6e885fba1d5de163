import { grad, input, multiply, sum, type Tensor } from '@longhorizon/tensor';
import { simplify, topologicalOrder } from '@longhorizon/tensor/compiler';
import { describe, expect, it } from 'vitest';
import { fed, onReference, valuesOf } from '../testing/support.ts';
import { Layout } from './layout.ts';
import { extractNumbers, extractPart, joinParts, parametersOf } from './parts.ts';

const layout = new Layout([
  { name: 'weight', shape: [3, 2] },
  { name: 'bias', shape: [2] },
  { name: 'scale', shape: [] },
  { name: 'filter', shape: [2, 2, 1, 2] },
]);

/** Distinct numbers in the slices, and zeros in the gaps. */
const values = {
  weight: [1, 2, 3, 4, 5, 6],
  bias: [7, 8],
  scale: [9],
  filter: [10, 11, 12, 13, 14, 15, 16, 17],
};
const vector = [1, 2, 3, 4, 5, 6, 0, 0, 7, 8, 0, 0, 9, 0, 0, 0, 10, 11, 12, 13, 14, 15, 16, 17];

describe('a layout', () => {
  it('starts every slice at a multiple of 16 bytes and counts parameters without the gaps', () => {
    expect(layout.print()).toMatchInlineSnapshot(`
      "weight [3, 2] at 0
      bias [2] at 8
      scale [] at 12
      filter [2, 2, 1, 2] at 16"
    `);
    expect(layout.size).toBe(17);
    expect(layout.paddedLength).toBe(24);
  });

  it('packs numbers with zeros in the gaps, and unpacks them', () => {
    expect([...layout.pack(values)]).toEqual(vector);
    const unpacked = layout.unpack(vector);
    expect(Object.fromEntries(Object.entries(unpacked).map(([name, list]) => [name, [...list]]))).toEqual(
      values,
    );
  });

  it('views a vector, and assembles the views into the same vector', () => {
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const w = fed(feeds, [24], vector);
    expect(layout.view(w, 'filter').shape).toEqual([2, 2, 1, 2]);
    for (const name of layout.names)
      expect(valuesOf(layout.view(w, name), feeds)).toEqual(values[name as keyof typeof values]);
    expect(valuesOf(layout.assemble(layout.views(w)), feeds)).toEqual(vector);
  });

  it('views and assembles vectors of many tasks', () => {
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const second = vector.map((value) => 2 * value);
    const w = fed(feeds, [2, 24], [...vector, ...second]);
    expect(layout.view(w, 'weight').shape).toEqual([2, 3, 2]);
    expect(layout.view(w, 'scale').shape).toEqual([2]);
    expect(valuesOf(layout.view(w, 'bias'), feeds)).toEqual([7, 8, 14, 16]);
    expect(valuesOf(layout.assemble(layout.views(w)), feeds)).toEqual([...vector, ...second]);
  });

  it('gives a gradient that is one concatenation, zero in the gaps', () => {
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const w = fed(feeds, [24], vector);
    const loss = (v: Tensor) =>
      layout.names
        .map((name) => sum(multiply(layout.view(v, name), layout.view(v, name))))
        .reduce((a, b) => multiply(a, b));
    const gradient = grad(loss)(w);
    const [simple] = simplify([gradient]);
    expect(simple!.op.name).toBe('concat');
    expect(topologicalOrder([simple!]).some(({ op }) => op.name === 'pad')).toBe(false);
    const [found] = onReference([simple!], feeds);
    const product = valuesOf(loss(w), feeds)[0]!;
    let at = 0;
    for (const { name, offset, size } of layout.slices) {
      for (; at < offset; at++) expect(found![at]).toBe(0);
      const squares = values[name as keyof typeof values].reduce((total, value) => total + value * value, 0);
      for (; at < offset + size; at++)
        expect(found![at]).toBeCloseTo((product / squares) * 2 * vector[at]!, -3);
    }
  });

  it('picks slices into a vector of their own, and joins them again', () => {
    const feeds = new Map<Tensor, ArrayLike<number>>();
    const w = fed(feeds, [24], vector);
    const head = layout.pick(['bias', 'scale']);
    const body = layout.without(head);
    expect(head.paddedLength).toBe(8);
    expect(body.names).toEqual(['weight', 'filter']);
    const parts = [
      [body, extractPart(layout, w, body)],
      [head, extractPart(layout, w, head)],
    ] as const;
    expect(valuesOf(parts[1][1], feeds)).toEqual([7, 8, 0, 0, 9, 0, 0, 0]);
    expect([...extractNumbers(layout, vector, head)]).toEqual([7, 8, 0, 0, 9, 0, 0, 0]);
    expect(valuesOf(joinParts(layout, parts), feeds)).toEqual(vector);
    expect(valuesOf(parametersOf(parts)('scale'), feeds)).toEqual([9]);
  });

  it('refuses what does not fit, in a sentence', () => {
    const twice = [
      { name: 'a', shape: [1] },
      { name: 'a', shape: [2] },
    ];
    expect(() => new Layout(twice)).toThrow(/two slices are called 'a'/);
    expect(() => new Layout([{ name: 'a', shape: [0] }])).toThrow(
      /'a' has shape \[0\]; axis sizes are whole numbers of 1/,
    );
    expect(() => layout.slice('gain')).toThrow(/no slice 'gain'; the slices are weight, bias, scale, filter/);
    expect(() => layout.view(input([17]), 'bias')).toThrow(
      /the vector has shape \[17\], but its last axis should have 24 elements: 17 parameters and the gaps/,
    );
    expect(() => layout.pack({ ...values, bias: [1] })).toThrow(
      /'bias' has 2 elements, but 1 values were given/,
    );
    const { bias: _, ...rest } = values;
    expect(() => layout.pack({ ...rest, gain: [1] })).toThrow(/missing: bias; unknown: gain/);
    expect(() => layout.unpack([1, 2])).toThrow(/the vector has 2 elements, but the layout has 24/);
    expect(() => layout.pick([])).toThrow(/choose at least one/);
    expect(() => layout.pick(['gain'])).toThrow(/no slice 'gain'/);
    const w = input([24]);
    expect(() =>
      parametersOf([
        [layout, w],
        [layout, w],
      ]),
    ).toThrow(/'weight' lies in two of the vectors/);
    expect(() => parametersOf([[layout, w]])('gain')).toThrow(/'gain' lies in none of the 1 vectors/);
  });
});
