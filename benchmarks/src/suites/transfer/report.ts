/** @file What a report of the suite `transfer` compares: every other arm with the host by itself. */
import type { Report } from '../../reports/tables.ts';
import { base } from './arms/base.ts';
import { methods } from './methods.ts';
import { transferSuite } from './suite.ts';

export const report: Report = {
  suite: transferSuite,
  pairs: methods.filter(({ name }) => name !== base.name).map(({ name }) => [name, base.name] as const),
};
