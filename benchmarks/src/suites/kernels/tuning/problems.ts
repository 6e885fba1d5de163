/** @file Products and convolutions from their notation on the command line, and from the keys that tables and records have. */
import { UsageError } from '@longhorizon/harness';
import { add, conv2d, input, matmul, multiply, sum, type Tensor, tanh, transpose } from '@longhorizon/tensor';
import { conv2dFilterGradient, conv2dInputGradient } from '@longhorizon/tensor/compiler';

export const families = ['matmul', 'conv2d', 'pointwise', 'reduction'] as const;
export type Family = (typeof families)[number];

export interface KernelProblem {
  readonly family: Family;
  readonly title: string;
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  /** Multiplications and additions, padding counted as work. */
  readonly operations: number;
  /** Into how many equal parts the sum may be cut beside being left whole. */
  readonly parts: (count: number) => boolean;
}

/** What a problem is written like. */
export const notations: Readonly<Record<Family, string>> = {
  matmul: '[batch x]m,n,k[:nn|tn|nt|tt], such as 32x25,64,576; t: that operand is stored transposed',
  conv2d: '[tasks x]images,height,width,in,out[:filter][/stride], such as 4x25,14,14,32,32: three problems',
  pointwise: 'add:elements or fused:elements, such as fused:1048576: a · b + tanh(c)',
  reduction: 'rows,columns:all|rows|columns, such as 1024,1024:all: one sum, one a row, one a column',
};

const countOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Of a sum that is cut each part keeps so many terms, and all parts together have at most so many results. */
const shortestPart = 64;
const mostPartialResults = 2 ** 16;
/** Into so many parts the sum of a contraction is cut at most. */
const mostParts = 32;

/** @param text `[batch×]m,n,k[:nn|tn|nt|tt]`; t: that operand is stored transposed, s: as n, of sizes that no vector fits */
function parseProduct(text: string): KernelProblem {
  const match = /^(?:(\d+)x)?(\d+),(\d+),(\d+)(?::([nts])([nts]))?$/.exec(text);
  if (match === null) throw new UsageError(`'${text}' is no product. Write ${notations.matmul}.`);
  const [batch, m, n, k] = match.slice(1, 5).map((part) => Number(part ?? 1)) as [
    number,
    number,
    number,
    number,
  ];
  const stored = (rows: number, columns: number, turned: string | undefined) =>
    input([batch, ...(turned === 't' ? [columns, rows] : [rows, columns])]);
  const seen = (operand: Tensor, turned: string | undefined) =>
    turned === 't' ? transpose(operand, [0, 2, 1]) : operand;
  const [a, b] = [stored(m, k, match[5]), stored(k, n, match[6])];
  return {
    family: 'matmul',
    title: text,
    inputs: [a, b],
    output: matmul(seen(a, match[5]), seen(b, match[6])),
    operations: 2 * batch * m * n * k,
    parts: (count) =>
      count <= mostParts &&
      k % count === 0 &&
      k / count >= shortestPart &&
      count * batch * m * n <= mostPartialResults,
  };
}

type Kind = 'forward' | 'inputGradient' | 'filterGradient';

interface Convolution {
  readonly tasks: number;
  readonly images: number;
  readonly size: readonly [number, number];
  readonly channels: readonly [number, number];
  readonly filter: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [readonly [number, number], readonly [number, number]];
}

function convolution(kind: Kind, title: string, of: Convolution): KernelProblem {
  const { tasks, images, size, channels, filter: sides, stride, padding } = of;
  const x = input([tasks, images, ...size, channels[0]]);
  const filter = input([tasks, ...sides, ...channels]);
  const y = conv2d(x, filter, { stride, padding });
  const cotangent = input(y.shape);
  const steps = { stride, padding };
  const taps = sides[0] * sides[1];
  const pixels = images * y.shape[2]! * y.shape[3]!;
  const shared = {
    family: 'conv2d' as const,
    title,
    operations: 2 * tasks * pixels * taps * channels[0] * channels[1],
    parts: () => false,
  };
  switch (kind) {
    case 'forward':
      return { ...shared, inputs: [x, filter], output: y };
    case 'inputGradient': {
      const output = conv2dInputGradient(cotangent, filter, { ...steps, height: size[0], width: size[1] });
      return { ...shared, inputs: [cotangent, filter], output };
    }
    case 'filterGradient': {
      const output = conv2dFilterGradient(x, cotangent, {
        ...steps,
        filterHeight: sides[0],
        filterWidth: sides[1],
      });
      return {
        ...shared,
        inputs: [x, cotangent],
        output,
        parts: (count) =>
          count <= mostParts &&
          images % count === 0 &&
          pixels / count >= shortestPart &&
          count * countOf(output.shape) <= mostPartialResults,
      };
    }
  }
}

const kinds = { forward: 'forward', inputGradient: 'input gradient', filterGradient: 'filter gradient' };

/** @param text `[tasks×]images,height,width,in,out[:filter][/stride]`, padded by (filter − 1) / 2; filters are square, of 3 when left out */
function parseConvolution(text: string): readonly KernelProblem[] {
  const match = /^(?:(\d+)x)?(\d+),(\d+),(\d+),(\d+),(\d+)(?::(\d+))?(?:\/(\d+))?$/.exec(text);
  if (match === null) return [parseConvolutionKey(text)];
  const numbers = match.slice(1).map((part) => (part === undefined ? undefined : Number(part)));
  const [tasks = 1, images, height, width, channels, results, side = 3, stride = 1] = numbers as [
    number | undefined,
    ...number[],
  ];
  const around = [(side - 1) >> 1, (side - 1) >> 1] as const;
  return (Object.keys(kinds) as Kind[]).map((kind) =>
    convolution(kind, `${kinds[kind]} ${text}`, {
      tasks,
      images: images!,
      size: [height!, width!],
      channels: [channels!, results!],
      filter: [side, side],
      stride: [stride, stride],
      padding: [around, around],
    }),
  );
}

/** A convolution from the key that its family writes. */
function parseConvolutionKey(text: string): KernelProblem {
  const match =
    /^(forward|inputGradient|filterGradient) (\d+)x(\d+),(\d+),(\d+),(\d+),(\d+):(\d+)x(\d+)\/(\d+)x(\d+)\+(\d+),(\d+)>(\d+)x(\d+)$/.exec(
      text,
    );
  if (match === null) throw new UsageError(`'${text}' is no convolution. Write ${notations.conv2d}.`);
  const [tasks, images, height, width, into, out, down, across, strideY, strideX, top, left, rows, columns] =
    match.slice(2).map(Number) as [number, number, number, number, number, number, number, ...number[]];
  const rest = (count: number, stride: number, filter: number, size: number, before: number) =>
    Math.max(0, (count - 1) * stride + filter - size - before);
  return convolution(match[1] as Kind, text, {
    tasks,
    images,
    size: [height, width],
    channels: [into, out],
    filter: [down, across!],
    stride: [strideY!, strideX!],
    padding: [
      [top!, rest(rows!, strideY!, down, height, top!)],
      [left!, rest(columns!, strideX!, across!, width, left!)],
    ],
  });
}

function parsePointwise(text: string): KernelProblem {
  const match = /^(add|fused):(\d+)$/.exec(text);
  if (match === null) throw new UsageError(`'${text}' is no pointwise kernel. Write ${notations.pointwise}.`);
  const count = Number(match[2]);
  const [a, b, c] = ['a', 'b', 'c'].map((name) => input([count], { name })) as [Tensor, Tensor, Tensor];
  const shared = { family: 'pointwise', title: text, parts: () => false } as const;
  if (match[1] === 'add') return { ...shared, inputs: [a, b], output: add(a, b), operations: count };
  return { ...shared, inputs: [a, b, c], output: add(multiply(a, b), tanh(c)), operations: 3 * count };
}

const reducedAxes: Readonly<Record<string, readonly number[]>> = { all: [0, 1], rows: [1], columns: [0] };

/** Into so many parts a sum that is cut is cut at most. */
const mostReducedParts = 512;

function parseReduction(text: string): KernelProblem {
  const match = /^(\d+),(\d+):(all|rows|columns)$/.exec(text);
  if (match === null) throw new UsageError(`'${text}' is no reduction. Write ${notations.reduction}.`);
  const [rows, columns] = [Number(match[1]), Number(match[2])];
  const axes = reducedAxes[match[3]!]!;
  const a = input([rows, columns]);
  const longest = Math.max(...axes.map((axis) => a.shape[axis]!));
  return {
    family: 'reduction',
    title: text,
    inputs: [a],
    output: sum(a, axes),
    operations: rows * columns,
    parts: (count) => count <= mostReducedParts && longest % count === 0 && longest / count >= shortestPart,
  };
}

const readers: Readonly<Record<Family, (text: string) => readonly KernelProblem[]>> = {
  matmul: (text) => [parseProduct(text)],
  conv2d: parseConvolution,
  pointwise: (text) => [parsePointwise(text)],
  reduction: (text) => [parseReduction(text)],
};

/**
 * The problems that some words name.
 *
 * @throws UsageError for what is no problem of the family
 */
export function parseProblems(family: Family, shapes: readonly string[]): readonly KernelProblem[] {
  return shapes.flatMap(readers[family]);
}
