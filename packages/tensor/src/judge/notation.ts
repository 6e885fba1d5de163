/** @file Shapes as they are written on the command line. */
import type { FamilyName, FamilyProblems } from '../kernels/own-kernel.ts';
import { squareConvolution } from './shapes.ts';
import { type KernelTask, matmulTask } from './task.ts';

const kinds = {
  forward: 'forward',
  'input-gradient': 'inputGradient',
  'filter-gradient': 'filterGradient',
} as const;

const readers: {
  readonly [Name in FamilyName]: (text: string) => KernelTask<FamilyProblems[Name]> | undefined;
} = {
  matmul: (text) => {
    const match = /^(?:(\d+)x)?(\d+),(\d+),(\d+)(?::([nt])([nt]))?$/.exec(text);
    if (match === null) return undefined;
    const [batch = 1, m = 0, n = 0, k = 0] = match.slice(1, 5).map((part) => Number(part ?? 1));
    return matmulTask({ batch, m, n, k, transposeA: match[5] === 't', transposeB: match[6] === 't' });
  },
  conv2d: (text) => {
    const match =
      /^(?:(forward|input-gradient|filter-gradient)[ :])?(?:(\d+)x)?(\d+),(\d+),(\d+),(\d+),(\d+)(?::(\d+))?(?:\/(\d+))?$/.exec(
        text,
      );
    if (match === null) return undefined;
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
