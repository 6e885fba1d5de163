/** @file Products and convolutions from their notation on the command line. */
import { conv2d, input, matmul, type Tensor, transpose } from '@longhorizon/tensor';
import { conv2dFilterGradient, conv2dInputGradient } from '@longhorizon/tensor/compiler';

export type Family = 'matmul' | 'conv2d';

export interface StudyProblem {
  readonly title: string;
  readonly inputs: readonly [Tensor, Tensor];
  readonly output: Tensor;
  /** Products that an element of the result adds up. */
  readonly depth: number;
}

/** What was asked for is not there. */
export class StudyError extends Error {
  override readonly name = 'StudyError';
}

/** @param text `[batch×]m,n,k[:nn|tn|nt|tt]`; t: that operand is stored transposed */
function parseProduct(text: string): StudyProblem {
  const match = /^(?:(\d+)x)?(\d+),(\d+),(\d+)(?::([nt])([nt]))?$/.exec(text);
  if (match === null)
    throw new StudyError(
      `study: '${text}' is no product; write [batch x]m,n,k[:nn|tn|nt|tt], such as 32x25,64,576.`,
    );
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
  return { title: text, inputs: [a, b], output: matmul(seen(a, match[5]), seen(b, match[6])), depth: k };
}

/** @param text `[tasks×]images,height,width,in,out[:filter][/stride]`, padded by (filter − 1) / 2; filters are square, of 3 when left out */
function parseConvolution(text: string): StudyProblem[] {
  const match = /^(?:(\d+)x)?(\d+),(\d+),(\d+),(\d+),(\d+)(?::(\d+))?(?:\/(\d+))?$/.exec(text);
  if (match === null)
    throw new StudyError(
      `study: '${text}' is no convolution; write [tasks x]images,height,width,in,out[:filter][/stride], such as 4x25,14,14,32,32.`,
    );
  const numbers = match.slice(1).map((part) => (part === undefined ? undefined : Number(part)));
  const [tasks = 1, images, height, width, channels, results, side = 3, stride = 1] = numbers as [
    number | undefined,
    ...number[],
  ];
  const steps = { stride, padding: (side - 1) >> 1 };
  const x = input([tasks, images!, height!, width!, channels!]);
  const filter = input([tasks, side, side, channels!, results!]);
  const y = conv2d(x, filter, steps);
  const cotangent = input(y.shape);
  const { stride: pair, padding } = y.parameters as {
    stride: readonly [number, number];
    padding: readonly [readonly [number, number], readonly [number, number]];
  };
  const of = { stride: pair, padding };
  return [
    { title: `forward ${text}`, inputs: [x, filter], output: y, depth: side * side * channels! },
    {
      title: `input gradient ${text}`,
      inputs: [cotangent, filter],
      output: conv2dInputGradient(cotangent, filter, { ...of, height: height!, width: width! }),
      depth: side * side * results!,
    },
    {
      title: `filter gradient ${text}`,
      inputs: [x, cotangent],
      output: conv2dFilterGradient(x, cotangent, { ...of, filterHeight: side, filterWidth: side }),
      depth: images! * y.shape[2]! * y.shape[3]!,
    },
  ];
}

export function parseProblems(family: Family, shapes: readonly string[]): StudyProblem[] {
  return shapes.flatMap((text) => (family === 'matmul' ? [parseProduct(text)] : parseConvolution(text)));
}
