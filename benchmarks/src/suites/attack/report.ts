/** @file What a report of the suite `attack` compares: the methods that it is about with every other attacker, and what was released with a random start. */
import type { Report } from '../../reports/tables.ts';
import { asReleased, namesWhere } from './methods.ts';
import { attackSuite } from './suite.ts';

const others = namesWhere(({ attacker, role }) => attacker !== 'none' && role !== 'method');
const random = namesWhere(({ attacker }) => attacker === 'random');

export const report: Report = {
  suite: attackSuite,
  pairs: [
    ...namesWhere(({ role }) => role === 'method').flatMap((a) => others.map((b) => [a, b] as const)),
    ...asReleased.flatMap((a) => random.map((b) => [a, b] as const)),
  ],
};
