/** @file What a report of the suite `long-tailed` compares: a rule by another method with the same rule as published, and that with fixed weights. */
import type { Report } from '../../reports/tables.ts';
import { methods } from './methods.ts';
import { longTailedSuite } from './suite.ts';

/** Learned weights follow a plain first stage, so the fixed ones beside them do, too. */
const plainFirst = methods.filter(({ first, second }) => first === 'uniform' && typeof second === 'string');

export const report: Report = {
  suite: longTailedSuite,
  pairs: [
    ...methods.flatMap(({ name, rule }) =>
      rule === undefined || rule === name ? [] : [[name, rule] as const],
    ),
    ...methods.flatMap(({ name, rule }) =>
      rule === name ? plainFirst.map((one) => [name, one.name] as const) : [],
    ),
  ],
};
