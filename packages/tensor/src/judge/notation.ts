/** @file Shapes as they are written on the command line, and as a family's keys write them in tables and records. */
import type { Conv2dProblem } from '../kernels/contraction.ts';
import type { FamilyName, FamilyProblems } from '../kernels/own-kernel.ts';
import { squareConvolution } from './shapes.ts';
import { conv2dTask, type KernelTask, matmulTask } from './task.ts';

const kinds = {
  forward: 'forward',
  'input-gradient': 'inputGradient',
  'filter-gradient': 'filterGradient',
} as const;

const readers: {
  readonly [Name in FamilyName]: (text: string) => KernelTask<FamilyProblems[Name]> | undefined;
} = {
  matmul: (text) => {
    const match = /^(?:(\d+)x)?(\d+),(\d+),(\d+)(?::([nts])([nts]))?$/.exec(text);
    if (match === null) return undefined;
    const [batch = 1, m = 0, n = 0, k = 0] = match.slice(1, 5).map((part) => Number(part ?? 1));
    return matmulTask({ batch, m, n, k, transposeA: match[5] === 't', transposeB: match[6] === 't' });
  },
  conv2d: (text) => {
    const match =
      /^(?:(forward|input-gradient|filter-gradient)[ :])?(?:(\d+)x)?(\d+),(\d+),(\d+),(\d+),(\d+)(?::(\d+))?(?:\/(\d+))?$/.exec(
        text,
      );
    if (match === null) return conv2dOfKey(text);
    const numbers = match.slice(2).map((part) => (part === undefined ? undefined : Number(part)));
    const [tasks = 1, images = 0, height = 0, width = 0, into = 0, out = 0, side = 3, stride = 1] = numbers;
    return squareConvolution(kinds[(match[1] ?? 'forward') as keyof typeof kinds], {
      tasks,
      images,
      size: [height, width],
      channels: [into, out],
      side,
      stride,
    });
  },
};

const key = new RegExp(
  [
    '^(?<kind>forward|inputGradient|filterGradient) ',
    '(?<tasks>\\d+)x(?<images>\\d+),(?<height>\\d+),(?<width>\\d+),(?<inChannels>\\d+),(?<outChannels>\\d+)',
    ':(?<filterHeight>\\d+)x(?<filterWidth>\\d+)/(?<strideY>\\d+)x(?<strideX>\\d+)\\+(?<padTop>\\d+),(?<padLeft>\\d+)',
    '>(?<outHeight>\\d+)x(?<outWidth>\\d+)(?: unaligned (?<a>a?)(?<b>b?))?$',
  ].join(''),
);

/** A convolution from the key that its family writes, paddings and the size of its result included. */
function conv2dOfKey(text: string): KernelTask<Conv2dProblem> | undefined {
  const groups = key.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const { kind, a, b, ...sizes } = groups;
  const { strideY, strideX, ...own } = Object.fromEntries(
    Object.entries(sizes).map(([name, size]) => [name, Number(size)]),
  );
  const stride = [strideY, strideX];
  return conv2dTask({ ...own, kind, stride, aAligned: !a, bAligned: !b } as never as Conv2dProblem, text);
}

/** How the shapes of each family are written. */
export const shapeNotation: Readonly<Record<FamilyName, string>> = {
  matmul: '[batch x]m,n,k[:nn|tn|nt|tt], such as 256,256,256 or 32x25,64,576:nt',
  conv2d:
    '[forward:|input-gradient:|filter-gradient:][tasks x]images,height,width,in,out[:filter][/stride], such as input-gradient:25,14,14,32,32',
};

/** The task that a text names; undefined where it is not so written, or has no results. */
export function parseShape<Name extends FamilyName>(
  family: Name,
  text: string,
): KernelTask<FamilyProblems[Name]> | undefined {
  const read: (text: string) => KernelTask<FamilyProblems[Name]> | undefined = readers[family];
  const task = read(text.trim());
  const isThere = task !== undefined && task.batch * task.rows * task.columns * task.depth > 0;
  return isThere ? task : undefined;
}
