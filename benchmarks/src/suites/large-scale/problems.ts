import { functionProblems } from './functions.ts';
import { imageProblems } from './images.ts';

export const problems = [...functionProblems, ...imageProblems];
