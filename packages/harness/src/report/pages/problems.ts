/** @file A page for every problem: who is best, what it costs as T and p grow, how right gradients are, and what training comes to. */

import type { Suite } from '../../cell/suite.ts';
import { axisName, problemTitle } from '../../cell/titles.ts';
import { listOf, plural } from '../../errors.ts';
import { axisText } from '../../leaderboard/format.ts';
import { distinct, problemsOf } from '../../leaderboard/problems.ts';
import { type Leaderboard, leaderboardsByKind, type SiteContext } from '../context.ts';
import { type Html, html } from '../html.ts';
import { chartKey, type Page } from '../layout.ts';
import { problemPath, studiesPath } from './links.ts';
import { boardLegend, boardSection } from './problem/board-section.ts';
import { gradientSection } from './problem/gradient-section.ts';
import { paretoSection } from './problem/pareto-section.ts';
import { scalingSection } from './problem/scaling-section.ts';
import { trainingSection } from './problem/training-section.ts';

const problemsPath = 'problems.html';

/** A problem with its rows on every device. */
interface Problem {
  readonly suite: Suite;
  readonly name: string;
  readonly leaderboards: readonly Leaderboard[];
}

function problemsWithPages(context: SiteContext): readonly Problem[] {
  const { methods } = leaderboardsByKind(context);
  return context.suites.flatMap((suite) => {
    const own = methods.filter((leaderboard) => leaderboard.suite.name === suite.name);
    const rows = own.flatMap((leaderboard) => leaderboard.rows);
    return problemsOf({ suite, rows }).map((name) => ({
      suite,
      name,
      leaderboards: own
        .map((leaderboard) => ({
          ...leaderboard,
          rows: leaderboard.rows.filter((row) => row.problem === name),
        }))
        .filter((leaderboard) => leaderboard.rows.length > 0),
    }));
  });
}

/** The list of problems, suite by suite. */
export function problemListPage(context: SiteContext): Page | undefined {
  const problems = problemsWithPages(context);
  if (problems.length === 0) return undefined;
  const suites = context.suites.filter((suite) => problems.some((problem) => problem.suite === suite));
  const body = html`<h1>Problems</h1>
<p>One page per problem: the board with the best set, growth with T and p, gradient quality, training, and quality against cost.</p>
${suites.map(
  (suite) =>
    html`<h2>${suite.title}</h2><p>${suite.description}</p><ul class="cards">${problems
      .filter((problem) => problem.suite === suite)
      .map(
        ({ name, leaderboards }) =>
          html`<li><h3><a href="${problemPath(suite.name, name)}">${problemTitle(suite, name)}</a></h3><p class="small">${measuredText(suite, leaderboards)}</p>${notesOf(context, suite, name)}</li>`,
      )}</ul>`,
)}`;
  return { path: problemsPath, title: 'Problems', body };
}

/** What studies say of a problem. */
function notesOf({ description }: SiteContext, suite: Suite, problem: string, root = ''): Html {
  const notes = (description.studies ?? []).flatMap(({ id, notes: own = [] }) =>
    own
      .filter((note) => note.suite === suite.name && note.problem === problem)
      .map((note) => ({ id, ...note })),
  );
  return html`${notes.map(({ id, says }) => html`<p class="small">${says} <a href="${root}${studiesPath}#${id}">More</a></p>`)}`;
}

/** `12 methods, T = 1 to 1000, p = 1 to 1000, up to 3 seeds`. */
function measuredText(suite: Suite, leaderboards: readonly Leaderboard[]): string {
  const rows = leaderboards.flatMap((leaderboard) => leaderboard.rows);
  const range = (axis: 'horizon' | 'dimension'): string => {
    const values = distinct(rows, (row) => row[axis]);
    const [first = 0, last = 0] = [values[0], values.at(-1)];
    return `${axisName(suite, axis)} = ${first === last ? axisText(first) : `${axisText(first)} to ${axisText(last)}`}`;
  };
  const methods = distinct(rows, (row) => row.method).length;
  const seeds = Math.max(...rows.map((row) => row.seeds.length));
  return `${plural(methods, 'method')}, ${range('horizon')}, ${range('dimension')}, up to ${plural(seeds, 'seed')}`;
}

/** A page for each problem. */
export async function* problemPages(context: SiteContext): AsyncGenerator<Page> {
  for (const problem of problemsWithPages(context)) yield problemPage(context, problem);
}

async function problemPage(context: SiteContext, { suite, name, leaderboards }: Problem): Promise<Page> {
  const title = problemTitle(suite, name);
  const sections: Html[] = [];
  let hasCharts = false;
  for (const leaderboard of leaderboards) {
    const { device } = leaderboard;
    const found = [
      { name: 'growth', title: 'Growth', part: await scalingSection(context, leaderboard) },
      { name: 'gradient', title: 'Gradient quality', part: await gradientSection(context, leaderboard) },
      { name: 'training', title: 'Training', part: await trainingSection(context, leaderboard) },
      { name: 'cost', title: 'Quality against cost', part: await paretoSection(context, leaderboard) },
    ];
    const parts = found.filter(({ part }) => part !== undefined);
    const idOf = (part: string): string => `${part}-${leaderboard.id}`;
    hasCharts ||= parts.length > 0;
    sections.push(html`<h2 id="${leaderboard.id}">${device.label}</h2>
${parts.length === 0 ? '' : html`<p class="small">Below the board: ${parts.map(({ name: part, title: text }, index) => html`${index === 0 ? '' : ' · '}<a href="#${idOf(part)}">${text}</a>`)}</p>`}
${boardSection(context, leaderboard, `${title} on ${device.label}`)}
${parts.map(({ name: part, part: body }) => html`<div id="${idOf(part)}">${body}</div>`)}`);
  }
  const methods = leaderboards.flatMap(({ rows }) => distinct(rows, (row) => row.method));
  const shown = context.methods.filter((method) => methods.includes(method));
  const spec = suite.problems.find((problem) => problem.name === name);
  const profiles = distinct(
    leaderboards.flatMap(({ rows }) => rows),
    (row) => row.profile,
  );
  const body = html`<h1>${title}</h1>
<p class="lead">${spec?.description ?? suite.description}</p>
${notesOf(context, suite, name, '../')}
<p class="small">${suite.title}. ${measuredText(suite, leaderboards)}; profile ${listOf(profiles)}.</p>
${boardLegend}
${hasCharts ? chartKey(shown, context.looks, (method) => method) : ''}
${sections}`;
  return { path: problemPath(suite.name, name), title, body, under: problemsPath };
}
