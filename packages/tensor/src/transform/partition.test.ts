import { describe, expect, it } from 'vitest';
import { type Tensor, topologicalOrder } from '../graph/tensor.ts';
import { multiply } from '../ops/arithmetic/multiply.ts';
import { matmul } from '../ops/contraction/matmul.ts';
import { input } from '../ops/leaf/input.ts';
import { reshape } from '../ops/movement/reshape.ts';
import { max } from '../ops/reduction/max-min.ts';
import { sum } from '../ops/reduction/sum-broadcast.ts';
import { exp } from '../ops/transcendental/exp.ts';
import { relu } from '../ops/transcendental/relu.ts';
import { tanh } from '../ops/transcendental/tanh.ts';
import { grad, type Partition, partition, printResiduals, reroot, valueAndGrad, vjp } from './index.ts';
import { networks } from './testing/networks.ts';
import { evaluate } from './testing/support.ts';

const ops = (found: Partition) => found.residuals.map(({ tensor }) => tensor.op.name);

/** The backward graph on fresh inputs in place of the residuals: what a loop runs later. */
function cutAtResiduals(outputs: readonly Tensor[], found: Partition) {
  const stored = new Map(
    found.residuals.map(({ tensor }) => [tensor, input(tensor.shape, { dtype: tensor.dtype })]),
  );
  return { stored, backward: reroot(outputs, stored) };
}

describe.each(networks)('$name', ({ loss, size, start }) => {
  const w = input([size]);
  const [value, gradient] = valueAndGrad(loss)(w);
  const found = partition([value], [gradient], [w]);

  it('has the same gradient, bit for bit, from residuals read back from memory', () => {
    const { stored, backward } = cutAtResiduals([gradient], found);
    const feeds = new Map([[w, start]]);
    const kept = evaluate([...stored.keys()], feeds);
    const later = new Map<Tensor, ArrayLike<number>>([
      [w, start],
      ...[...stored.values()].map((leaf, position) => [leaf, kept[position]!] as const),
    ]);
    expect(evaluate(backward, later)).toEqual(evaluate([gradient], feeds));
  });

  it('computes nothing again that is a reduction, a contraction or dear', () => {
    const { backward } = cutAtResiduals([gradient], found);
    const forward = new Set(topologicalOrder([value]));
    for (const tensor of topologicalOrder(backward))
      if (forward.has(tensor))
        expect(['leaf', 'movement', 'elementwise', 'indexed', 'concat']).toContain(tensor.op.lower.kind);
    for (const tensor of found.recomputed)
      if (tensor.op.lower.kind === 'elementwise') expect(tensor.op.lower.weight).toBeLessThanOrEqual(1);
  });

  it('keeps no more bytes than it would without computing anything again', () => {
    const nothing = partition([value], [gradient], [w], { elementwiseWeight: -1, indexedWeight: -1 });
    expect(found.bytes).toBeLessThanOrEqual(nothing.bytes);
  });
});

describe('partition', () => {
  const [x, w] = [input([8, 4], { name: 'x' }), input([4, 4], { name: 'w' })];

  it('keeps an activation and not what is seen of it', () => {
    const h = tanh(matmul(x, w));
    const value = sum(exp(multiply(reshape(h, [32]), 2)));
    const gradient = grad((v: Tensor) => sum(exp(multiply(reshape(tanh(matmul(x, v)), [32]), 2))))(w);
    expect(ops(partition([value], [gradient], [x, w]))).toEqual(['tanh', 'exp']);
  });

  it('keeps one tensor for a relu and its mask', () => {
    const f = (v: Tensor) => sum(matmul(relu(matmul(x, v)), w));
    const [value, gradient] = valueAndGrad(f)(w);
    const found = partition([value], [gradient], [x, w]);
    expect(found.bytes).toBe(4 * 8 * 4);
  });

  it('keeps the small source of something large', () => {
    const f = (v: Tensor) => sum(exp(multiply(v, tanh(sum(w, 0)))));
    const [value, gradient] = valueAndGrad(f)(x);
    const found = partition([value], [gradient], [x, w]);
    // tanh of a row, not the same row repeated for all 8 examples.
    expect(found.residuals.map(({ tensor }) => [tensor.op.name, tensor.shape])).toEqual([
      ['tanh', [4]],
      ['exp', [8, 4]],
    ]);
  });

  it('needs nothing for a linear function', () => {
    const [value, gradient] = valueAndGrad((v: Tensor) => sum(matmul(x, v)))(w);
    expect(partition([value], [gradient], [x, w])).toMatchObject({ residuals: [], bytes: 0 });
  });

  it('counts an input that is not given', () => {
    const c = input([8, 4]);
    const y = matmul(x, w);
    const [gradient] = vjp([y], [w], [c]);
    const found = partition([y], [gradient!], [w]);
    expect(found.residuals.map(({ tensor }) => tensor)).toEqual([x]);
    expect(partition([y], [gradient!], [x, w]).given).toEqual([x]);
  });

  it('goes by the cost it is given', () => {
    const h = tanh(x);
    const view = reshape(h, [32]);
    const backward = [multiply(view, input([32]))];
    expect(ops(partition([view], backward, [x]))).toEqual(['tanh']);
    const dear = (tensor: Tensor) => (tensor === h ? 100 : 1);
    expect(ops(partition([view], backward, [x], { cost: dear }))).toEqual(['reshape']);
  });

  it('prints what is kept, how many bytes, and why', () => {
    const f = (v: Tensor) => sum(max(relu(matmul(tanh(matmul(x, v)), v)), 1));
    const [value, gradient] = valueAndGrad(f)(w);
    expect(printResiduals([value], [gradient], [x, w])).toMatchInlineSnapshot(`
      "kept: 3 tensors, 288 bytes
        %3 tanh f32[8, 4], 128 bytes, read by transpose [4, 8], multiply [8, 4]
        %5 relu f32[8, 4], 128 bytes, read by equal [8, 4], greater [8, 4]
        %6 max f32[8], 32 bytes, read by reshape [8, 1]
      given: 2 tensors
        %0 input 'x' f32[8, 4]
        %1 input 'w' f32[4, 4]"
    `);
  });
});
