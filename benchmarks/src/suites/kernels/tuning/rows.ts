import { type Row, rowsOf } from '../rows.ts';
import { filterSize } from '../work.ts';
import { type KernelProblem, parseProblems } from './problems.ts';

const kinds = { forward: 0, 'input-gradient': 1, 'filter-gradient': 2 } as const;

/** The problem of a row; undefined where it is no single kernel. */
function problemOfRow({ work }: Row): KernelProblem | undefined {
  if (work.kind === 'matmul')
    return parseProblems('matmul', [`${work.batch}x${work.rows},${work.columns},${work.inner}:nn`])[0];
  if (work.kind === 'pointwise')
    return parseProblems('pointwise', [`${work.expression}:${work.elements}`])[0];
  if (work.kind === 'reduction')
    return parseProblems('reduction', [`${work.rows},${work.columns}:${work.over}`])[0];
  if (work.kind !== 'convolution') return undefined;
  const { images, size, inChannels, outChannels, pass } = work;
  const shape = [images, size, size, inChannels, outChannels].join();
  return parseProblems('conv2d', [`${shape}:${filterSize}`])[kinds[pass]];
}

/** Rows that a tuner can search, each with its problem. */
export function tunableRows(): readonly { readonly name: string; readonly problem: KernelProblem }[] {
  return rowsOf('full').flatMap((row) => {
    const problem = problemOfRow(row);
    return problem === undefined ? [] : [{ name: row.name, problem }];
  });
}
