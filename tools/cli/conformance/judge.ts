import type { ConformanceCase } from './cases.ts';

/** What came of a case: an answer with its error, a refusal, or a fault in a sentence. */
export type Verdict =
  | {
      readonly case: string;
      readonly result: 'right' | 'wrong';
      readonly error: number;
      readonly answer: readonly number[];
    }
  | { readonly case: string; readonly result: 'refused' | 'failed'; readonly why: string };

/** Whoever answers cases: ours, or a program. */
export interface Implementation {
  readonly title: string;
  /** Whether it computes in float32, which is judged by the tolerance `single`. */
  readonly isSingle: boolean;
  /** @returns the numbers, or why there are none */
  answer(
    one: ConformanceCase,
  ): Promise<readonly number[] | { readonly refused: string } | { readonly failed: string }>;
  close(): Promise<void>;
}

/** Asks one case after another. */
export async function judgeAll(
  cases: readonly ConformanceCase[],
  implementation: Implementation,
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const one of cases)
    verdicts.push(judge(one, await implementation.answer(one), implementation.isSingle));
  return verdicts;
}

function judge(
  { case: name, expected, tolerance, single = 1e-5 }: ConformanceCase,
  answer: Awaited<ReturnType<Implementation['answer']>>,
  isSingle: boolean,
): Verdict {
  if ('refused' in answer) return { case: name, result: 'refused', why: answer.refused };
  if ('failed' in answer) return { case: name, result: 'failed', why: answer.failed };
  if (answer.length !== expected.length)
    return {
      case: name,
      result: 'failed',
      why: `${answer.length} numbers were answered where ${expected.length} are expected; answer one for each element.`,
    };
  const away = Math.hypot(...answer.map((value, k) => value - expected[k]!));
  const error = away / Math.hypot(...expected);
  const isRight = error <= (isSingle ? single : tolerance);
  return { case: name, result: isRight ? 'right' : 'wrong', error, answer };
}
