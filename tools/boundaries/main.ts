/**
 * @file `nx run boundaries`: fails on a dependency that points upwards, on one that is not declared, on an import of another package's
 * internals, on a source file that is too long, on a private member that is no #member and on a cast through `unknown`. An argument names another repository folder than this one.
 */
import { dirname } from 'node:path';
import { checkBoundaries } from './check.ts';
import { checkInside } from './check-rooms.ts';
import { checkHabits } from './habits.ts';
import { checkLengths } from './lengths.ts';

const root = process.argv[2] ?? dirname(dirname(import.meta.dirname));
const violations = [
  ...checkBoundaries(root),
  // Another repository has other rooms, and other habits.
  ...(process.argv[2] === undefined
    ? [...checkInside(root), ...checkLengths(root), ...checkHabits(root)]
    : []),
];
for (const violation of violations) console.error(violation);
console.log(
  violations.length === 0
    ? 'Dependencies point downwards only, between packages and between their rooms; no source file is too long, what is private is #private, and nothing is cast through unknown.'
    : `${violations.length} violations.`,
);
process.exitCode = violations.length === 0 ? 0 : 1;
