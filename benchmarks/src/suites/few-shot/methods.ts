/** @file The methods of the suite `few-shot`: those of the registry, each on the problems whose start it knows. */
import { controlRows } from '../../measurements/controls.ts';
import { hyperRow, type MethodRow } from '../../measurements/rows.ts';
import type { HyperMethod } from '../../methods/hyper-method.ts';
import { hyperMethods } from '../../methods/registry.ts';
import { fixedStartProblems } from './problems.ts';
import { innerRateOf, mamlProblems, startProblems } from './start-problems.ts';

const namesOf = (rows: readonly { readonly name: string }[]) => rows.map(({ name }) => name);

/** By where the weights of a problem start. Forward mode and its like would take a tangent for each weight of a learned start. */
const problemsOf: Readonly<Record<HyperMethod['starts'], readonly string[] | undefined>> = {
  fixed: namesOf(fixedStartProblems),
  any: undefined,
  learned: namesOf(startProblems),
  'learned alone': namesOf(mamlProblems),
};

const compared: readonly MethodRow[] = hyperMethods.map((method) => {
  const problems = problemsOf[method.starts];
  return hyperRow(method, {
    rateOf: ({ problem }) => innerRateOf(problem),
    ...(problems === undefined ? {} : { problems }),
  });
});

export const methods: readonly MethodRow[] = [...compared, ...controlRows];
