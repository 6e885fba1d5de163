/**
 * @file Kernels of each family on the adapter as the environment sets it, held against float64; a process of its own, because a driver reads its
 * settings once. Prints one line of JSON.
 */
import {
  add,
  conv2d,
  evaluate,
  evaluateOnDevice,
  input,
  matmul,
  multiply,
  openDevice,
  sum,
  tanh,
  vjp,
} from '../../index.ts';

const device = await openDevice({ warmPipelines: false });
const a = input([48, 40], { name: 'a' });
const b = input([40, 72], { name: 'b' });
const x = input([5, 9, 9, 8], { name: 'x' });
const filter = input([3, 3, 8, 32], { name: 'filter' });
const y = conv2d(x, filter, { padding: 1 });
const long = input([130, 600], { name: 'long' });
// Sums of one sign are no small differences of large numbers.
const positive = multiply(long, long);
const outputs = {
  product: matmul(a, b),
  convolution: y,
  inputGradient: vjp([y], [x], [tanh(y)])[0]!,
  filterGradient: vjp([y], [filter], [tanh(y)])[0]!,
  all: sum(positive),
  rows: sum(positive, 1),
  columns: sum(positive, 0),
  pointwise: add(multiply(long, long), tanh(long)),
};
const arrays = [a, b, x, filter, long].map((tensor) => {
  const count = tensor.shape.reduce((product, size) => product * size, 1);
  return [tensor, Float32Array.from({ length: count }, (_, k) => Math.sin(1.7 * k + 0.3))] as const;
});
const found = await evaluateOnDevice(device, Object.values(outputs), new Map(arrays));
const expected = evaluate(
  Object.values(outputs),
  new Map(
    arrays.map(([tensor, values]) => [
      tensor,
      { shape: tensor.shape, dtype: 'f32' as const, data: Float64Array.from(values) },
    ]),
  ),
);
const errors = Object.keys(outputs).map((name, k) => {
  const { data } = expected[k]!;
  const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const apart = data.reduce((most, value, i) => Math.max(most, Math.abs(value - found[k]![i]!)), 0);
  return [name, apart / largest] as const;
});
console.log(
  JSON.stringify({
    lanes: device.profile.vectorLanes,
    subgroup: device.adapter.subgroupMinSize,
    errors: Object.fromEntries(errors),
  }),
);
await device.close();
