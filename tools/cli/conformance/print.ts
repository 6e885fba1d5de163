import { bareTable } from '@longhorizon/harness/command-line';
import { showVector } from '../input/table.ts';
import type { ConformanceCase } from './cases.ts';
import type { Verdict } from './judge.ts';

/** Verdicts of one implementation, case by case. */
export interface Judged {
  readonly title: string;
  readonly verdicts: readonly Verdict[];
}

/** Aligned tables, with what every wrong or failed case is about below them. */
export function printJudged(cases: readonly ConformanceCase[], judged: readonly Judged[]): string {
  const table = bareTable({ head: ['case', 'expected', ...judged.map(({ title }) => title)] });
  for (const { case: name, expected } of cases)
    table.push([name, showVector(expected), ...judged.map(({ verdicts }) => cell(verdicts, name))]);
  const notes = judged.flatMap(({ title, verdicts }) => [
    ...verdicts.flatMap((verdict) => note(cases, verdict).map((text) => `${title}: ${text}`)),
    summary(title, verdicts),
  ]);
  return [table.toString(), ...notes].join('\n').replaceAll(/ +$/gm, '');
}

function cell(verdicts: readonly Verdict[], name: string): string {
  const verdict = verdicts.find((one) => one.case === name);
  if (verdict === undefined) return '';
  return 'error' in verdict ? `${verdict.result} (${showError(verdict.error)})` : verdict.result;
}

const showError = (error: number) => (error < 1e-12 ? '<1e-12' : error.toExponential(1));

function note(cases: readonly ConformanceCase[], verdict: Verdict): string[] {
  if (verdict.result === 'right') return [];
  if ('why' in verdict) return [`${verdict.case}: ${verdict.why}`];
  const title = cases.find((one) => one.case === verdict.case)?.title;
  return [`${verdict.case}: ${showVector(verdict.answer)} was answered. ${title}.`];
}

/** How many cases are right, of those that were answered. */
function summary(title: string, verdicts: readonly Verdict[]): string {
  const count = (result: Verdict['result']) => verdicts.filter((one) => one.result === result).length;
  const others = (['wrong', 'failed', 'refused'] as const)
    .filter((result) => count(result) > 0)
    .map((result) => `, ${count(result)} ${result}`);
  return `${title}: ${count('right')} of ${verdicts.length} cases right${others.join('')}.`;
}
