/** @file How the numbers of a method were chosen, on its card. */

import type { Tuning } from '../../cell/config.ts';
import { problemTitle } from '../../cell/titles.ts';
import { groupedBy } from '../../grouped.ts';
import { axisText, numberText } from '../../leaderboard/format.ts';
import type { MethodCard, SiteContext } from '../context.ts';
import { type Content, html } from '../html.ts';
import { type SiteColumn, siteTable } from '../table.ts';

interface Tuned {
  readonly problem: string;
  readonly horizon: number;
  readonly dimension: number;
  readonly tuning: Tuning;
}

/** What was tried, chosen and spent, a line for each point; nothing where no number was tuned. */
export function tuningSection(context: SiteContext, card: MethodCard): Content {
  const tuned = context.tuned.flatMap(({ config, tuning }): readonly Tuned[] => {
    if (tuning === undefined || !card.has(config)) return [];
    const suite = context.suites.find(({ name }) => name === config.suite);
    const problem = suite === undefined ? config.problem : problemTitle(suite, config.problem);
    return [{ problem, horizon: config.horizon, dimension: config.dimension, tuning }];
  });
  const points = groupedBy(tuned, ({ problem, horizon, dimension, tuning }) =>
    JSON.stringify([problem, horizon, dimension, tuning]),
  );
  const lines = [...points.values()].flatMap(([first]) => first ?? []);
  if (lines.length === 0) return '';
  return html`<h2>Tuning</h2><p class="small">Every method of a problem has the same number of trials, on seeds that nothing is evaluated on. Own numbers are tried beside the rates in
turns. A trial that diverged counts.</p>${siteTable(columns, lines, { label: 'Tuning', sortable: false })}`;
}

const columns: readonly SiteColumn<Tuned>[] = [
  { title: 'Problem', kind: 'text', show: ({ problem }) => problem },
  { title: 'T', kind: 'number', show: ({ horizon }) => axisText(horizon) },
  { title: 'p', kind: 'number', show: ({ dimension }) => axisText(dimension) },
  { title: 'Trials', kind: 'text', show: ({ tuning }) => trialsText(tuning) },
  { title: 'Tried', kind: 'prose', show: ({ tuning }) => triedText(tuning) },
  { title: 'Chosen', kind: 'text', show: ({ tuning }) => valuesText(tuning.chosen) },
  {
    title: 'At the edge',
    note: 'the chosen value is the least or the greatest that was tried: a better one may lie beyond',
    kind: 'text',
    show: ({ tuning }) => tuning.atEdge.join(', '),
  },
  {
    title: 'Budget, gradients',
    note: 'gradients of the losses in all trials together',
    kind: 'number',
    show: ({ tuning }) => axisText(tuning.counters.gradients ?? 0),
  },
];

/** `9 × 2 seeds, 1 failed`. */
function trialsText({ trials, seeds, tried }: Tuning): string {
  const failed = tried.filter(({ score }) => score === null).length;
  const count = `${trials} × ${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'}`;
  return failed === 0 ? count : `${count}, ${failed} failed`;
}

/** `rate 0.001 to 0.6; gamma 0.9, 0.99`. */
function triedText({ tried }: Tuning): string {
  const names = Object.keys(tried[0]?.values ?? {});
  return names
    .map((name) => {
      const values = [...new Set(tried.map((one) => one.values[name]))];
      const texts = values.map((value) => textOf(value));
      return values.length > 4 ? `${name} ${texts[0]} to ${texts.at(-1)}` : `${name} ${texts.join(', ')}`;
    })
    .join('; ');
}

function valuesText(values: Tuning['chosen']): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${textOf(value)}`)
    .join(', ');
}

function textOf(value: unknown): string {
  return typeof value === 'number' ? numberText(value) : String(value);
}
