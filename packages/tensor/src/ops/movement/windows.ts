/** @file All windows of images as an array, and the sum of such an array back into images: each the transpose of the other. */
import type { Op } from '../../graph/op.ts';
import { elementCount, type Shape } from '../../graph/shape.ts';
import { node, type Tensor } from '../../graph/tensor.ts';
import { u32 } from '../../graph/wgsl-numbers.ts';
import { plus, times } from '../../indexing/index-expression.ts';
import { withOp } from '../define.ts';
import { longSum } from '../helpers/long-sum.ts';
import { mapReference } from '../helpers/movement.ts';
import { batchImages } from '../helpers/pools.ts';
import type { Pair } from '../helpers/windows.ts';

interface WindowsParameters {
  readonly window: Pair;
}

/** [N, H, W, C] → [N, H′, W′, i, j, C] */
const windowed = ([images, height, width, channels]: Shape, [i, j]: Pair): Shape => [
  images!,
  height! - i + 1,
  width! - j + 1,
  i,
  j,
  channels!,
];

const windowsOp: Op<WindowsParameters> = {
  name: 'windows',
  doc: 'windows(x, window)[n,p,q,i,j,c] = x[n, p + i, q + j, c]: every window of images [N, H, W, C], one step apart.',
  infer: ([x], { window }) => ({ shape: windowed(x!.shape, window), dtype: x!.dtype }),
  reference: ([x], _, { shape }) => mapReference(x!, shape, (c) => c, [0, 1, 2, 1, 2, 3]),
  derivative: {
    kind: 'linear',
    slots: [0],
    transpose: (cotangent) => foldWindows(cotangent),
  },
  batch: (inputs, batched, parameters, size) =>
    batchImages(inputs, batched, size, (x) => node(windowsOp, [x!], parameters)),
  lower: {
    kind: 'movement',
    coordinates: ([n, p, q, i, j, c]) => [n!, plus(p!, i!), plus(q!, j!), c!],
  },
  tolerance: { ulp: 0 },
  cases: [
    { inputs: [{ shape: [2, 4, 3, 2] }], apply: (x) => windows(x, [2, 3]) },
    { inputs: [{ shape: [1, 3, 3, 4] }], apply: (x) => windows(x, [1, 1]) },
  ],
};

/** Every window of images [N, H, W, C], one step apart: [N, H − height + 1, W − width + 1, height, width, C]. */
export const windows = withOp(
  windowsOp,
  (x: Tensor, window: Pair): Tensor => node(windowsOp, [x], { window }),
);

const foldWindowsOp: Op = {
  name: 'foldWindows',
  doc: 'foldWindows(y): the transpose of windows: each element of [N, H, W, C] is the sum of the windows’ elements that stand for it.',
  infer: ([y]) => {
    const [images, rows, columns, i, j, channels] = y!.shape;
    return { shape: [images!, rows! + i! - 1, columns! + j! - 1, channels!], dtype: y!.dtype };
  },
  reference: ([y], _, { shape }) => {
    const data = new Float64Array(elementCount(shape));
    const [, rows, columns, height, width, channels] = y!.shape as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    y!.data.forEach((value, k) => {
      const c = k % channels;
      const j = Math.floor(k / channels) % width;
      const i = Math.floor(k / (channels * width)) % height;
      const window = Math.floor(k / (channels * width * height));
      const [q, p] = [window % columns, Math.floor(window / columns) % rows];
      const n = Math.floor(window / (columns * rows));
      data[((n * shape[1]! + p + i) * shape[2]! + q + j) * channels + c]! += value;
    });
    return data;
  },
  derivative: {
    kind: 'linear',
    slots: [0],
    transpose: (cotangent, { inputs: [y] }) => windows(cotangent, [y!.shape[3]!, y!.shape[4]!]),
  },
  batch: (inputs, batched, _, size) => batchImages(inputs, batched, size, (y) => node(foldWindowsOp, [y!])),
  lower: {
    kind: 'indexed',
    emit: (context) => {
      const { coordinates, inputs, line, loop, name, runtime, text, type, value } = context;
      const [, rows, columns, height, width] = inputs[0]!.shape as [number, number, number, number, number];
      const [n, h, w, c] = coordinates;
      const total = longSum(context, height * width);
      loop(height, (i) => {
        loop(width, (j) => {
          // A place before the first window is a large unsigned number.
          const [p, q] = [plus(h!, times(i, -1)), plus(w!, times(j, -1))];
          const inside = name(`(${text(p)}) < ${u32(rows)} && (${text(q)}) < ${u32(columns)}`);
          const at = [n!, runtime(text(p), rows), runtime(text(q), columns), i, j, c!];
          line(total.add(`select(${type.literal(0)}, ${value(0, at, inside)}, ${inside})`));
          total.next();
        });
      });
      return name(total.total());
    },
    reads: 'once',
    weight: 16,
    lanes: true,
  },
  tolerance: { ulp: 16, magnitude: true },
  cases: [
    { inputs: [{ shape: [2, 3, 2, 2, 3, 2] }], apply: (y) => foldWindows(y) },
    { inputs: [{ shape: [1, 3, 3, 1, 1, 4] }], apply: (y) => foldWindows(y) },
  ],
};

/** The sum of windows [N, H′, W′, height, width, C] back into images [N, H′ + height − 1, W′ + width − 1, C]. */
export const foldWindows = withOp(foldWindowsOp, (y: Tensor): Tensor => node(foldWindowsOp, [y]));
