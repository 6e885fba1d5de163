import type { Answer, AnswerInput } from './answer.ts';
import { growthAnswer } from './growth.ts';
import { memoryAnswer } from './memory.ts';
import { qualityAnswer } from './quality.ts';

export type { Answer } from './answer.ts';

/** The four questions of a first screen, as far as the rows of one suite on one device answer them. */
export function answersOf(input: AnswerInput): readonly Answer[] {
  return [
    growthAnswer(input, 'horizon'),
    growthAnswer(input, 'dimension'),
    memoryAnswer(input),
    qualityAnswer(input),
  ];
}
