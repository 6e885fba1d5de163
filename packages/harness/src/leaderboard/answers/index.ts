import type { Answer, AnswerInput } from './answer.ts';
import { growthAnswer } from './growth.ts';
import { memoryAnswer } from './memory.ts';
import { qualityAnswer } from './quality.ts';
import { rivalsAnswer } from './rivals.ts';

export type { Answer } from './answer.ts';

/** The questions of a first screen, as far as the rows of one suite on one device answer them: four, and which of two methods trains better where the suite names two. */
export function answersOf(input: AnswerInput): readonly Answer[] {
  return [
    growthAnswer(input, 'horizon'),
    growthAnswer(input, 'dimension'),
    memoryAnswer(input),
    qualityAnswer(input),
    ...[rivalsAnswer(input) ?? []].flat(),
  ];
}
