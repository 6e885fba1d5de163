/** @file Findings: what a comparison objects to or is glad of, each with an id by which it is accepted. */
import { sha256 } from '../cell/identity.ts';
import type { Budget } from './budgets.ts';
import type { CellVerdict, CounterChange } from './difference.ts';
import type { Facts } from './facts.ts';
import { matchesCell } from './patterns.ts';

/** What a finding is about, and how bad it is. */
export type FindingKind = 'answers' | 'worse' | 'budget' | 'better' | 'changed';

/** One fact that changed, over all cells in which it did. */
export interface Finding {
  /** Eight characters: the same for the same change of the same cells. */
  readonly id: string;
  readonly kind: FindingKind;
  /** What it is about: `results`, `commands`, or a counter. */
  readonly what: string;
  readonly cells: readonly { readonly cell: string; readonly base?: number; readonly head?: number }[];
  /** The budget that is broken, in words. */
  readonly budget?: string;
}

/** Counters that should not grow. The others are reported but not judged. */
const judged: ReadonlySet<string> = new Set([
  'dispatches',
  'maps',
  'syncs',
  'submits',
  'copies',
  'copiedBytes',
  'writtenBytes',
  'readBytes',
  'allocatedBytes',
  'measuredBytes',
  'predictedBytes',
  'gradients',
  'vjps',
  'jvps',
  'hvps',
]);

/** All findings of a comparison, the worst first. */
export function findingsOf(
  verdicts: readonly CellVerdict[],
  budgets: readonly Budget[] = [],
): readonly Finding[] {
  const differing = verdicts.flatMap((one) => (one.kind === 'differs' ? [one.difference] : []));
  const findings: Finding[] = [];
  const answers = differing.filter(({ results }) => results);
  if (answers.length > 0)
    findings.push(
      finding(
        'answers',
        'results',
        answers.map(({ cell }) => ({ cell })),
      ),
    );
  const counters = [
    ...new Set(differing.flatMap((one) => one.counters.map(({ counter }) => counter))),
  ].sort();
  for (const counter of counters) {
    const changes = differing.flatMap(({ cell, counters: own }) =>
      own.flatMap((change) => (change.counter === counter ? [{ cell, ...change }] : [])),
    );
    const [more, less] = [changes.filter((one) => delta(one) > 0), changes.filter((one) => delta(one) < 0)];
    const known = judged.has(counter);
    const over = more.filter((one) => known && !isWithin(one, budgets));
    if (over.length > 0) findings.push(finding('worse', counter, over.map(valuesOf)));
    const bearable = more.filter((one) => !over.includes(one));
    if (bearable.length > 0) findings.push(finding('changed', counter, bearable.map(valuesOf)));
    if (less.length > 0) findings.push(finding(known ? 'better' : 'changed', counter, less.map(valuesOf)));
  }
  const silent = differing.filter(({ results, counters: own }) => !results && own.length === 0);
  if (silent.length > 0)
    findings.push(
      finding(
        'changed',
        'commands',
        silent.map(({ cell }) => ({ cell })),
      ),
    );
  return [...findings].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

const order: readonly FindingKind[] = ['answers', 'budget', 'worse', 'better', 'changed'];

const delta = ({ base, head }: CounterChange): number => (head ?? 0) - (base ?? 0);

const valuesOf = ({ cell, base, head }: CounterChange & { readonly cell: string }) => ({
  cell,
  ...(base === undefined ? {} : { base }),
  ...(head === undefined ? {} : { head }),
});

/** Whether a soft budget bears the growth. */
function isWithin(
  { cell, counter, base, head }: CounterChange & { readonly cell: string },
  budgets: readonly Budget[],
): boolean {
  if (base === undefined || head === undefined || base === 0) return false;
  return budgets.some(
    (budget) =>
      budget.counter === counter &&
      budget.softShare !== undefined &&
      matchesCell(budget.match, cell) &&
      head / base - 1 <= budget.softShare,
  );
}

/** A finding with its id. */
function finding(kind: FindingKind, what: string, cells: Finding['cells'], budget?: string): Finding {
  const id = sha256(JSON.stringify([kind, what, cells.map(({ cell, head }) => [cell, head ?? null])])).slice(
    0,
    8,
  );
  return { id, kind, what, cells, ...(budget === undefined ? {} : { budget }) };
}

/** Hard budgets that the head breaks, whatever the base came to. */
export function brokenBudgets(head: Facts, budgets: readonly Budget[]): readonly Finding[] {
  return budgets.flatMap(({ match, counter, hard }) => {
    if (hard === undefined) return [];
    const cells = Object.entries(head).flatMap(([cell, outcome]) => {
      const value = outcome.ok && matchesCell(match, cell) ? outcome.facts.counters[counter] : undefined;
      return value !== undefined && value > hard ? [{ cell, head: value }] : [];
    });
    return cells.length === 0 ? [] : [finding('budget', counter, cells, `${match}: at most ${hard}`)];
  });
}
