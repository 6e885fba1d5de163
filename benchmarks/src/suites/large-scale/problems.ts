/** @file The rows of the suite `large-scale`. A problem is one row. */
import { functionProblems } from './functions.ts';
import { imageProblems } from './images.ts';

export const problems = [...functionProblems, ...imageProblems];
