/** @file Cells that differ in the seed alone, beside each other: a column a record, a line a fact, one cell where all of them say the same. */
import { groupedBy } from '../../grouped.ts';
import { numberText, timeText } from '../../leaderboard/format.ts';
import type { CellRecord } from '../../record/record.ts';
import { type Content, type Html, html } from '../html.ts';
import type { Fact } from './cell-facts.ts';

/** A record among those beside it. */
export interface CellColumn {
  readonly record: CellRecord;
  /** `seed 0`, `seed 0, earlier`. */
  readonly title: string;
  /** The name by which links find the cell. */
  readonly anchor: string | undefined;
}

/** Facts of the records. @param label what the table holds, for those who do not see it */
export function besideTable(
  label: string,
  columns: readonly CellColumn[],
  factsOf: (record: CellRecord) => readonly Fact[],
): Html {
  const facts = columns.map(({ record }) => factsOf(record));
  const sections = [...groupedBy(facts.flat(), ({ section }) => section)];
  const head = columns.map(
    ({ title, anchor }) =>
      html`<th scope="col"${anchor === undefined ? '' : html` id="${anchor}"`}>${title}</th>`,
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table class="beside">
<caption class="unseen">${label}</caption>
<thead><tr><td></td>${head}</tr></thead>
${sections.map(([section, own]) => sectionBody(section, own, facts))}</table></div>`;
}

function sectionBody(section: string, own: readonly Fact[], facts: readonly (readonly Fact[])[]): Html {
  const names = [...new Set(own.map(({ name }) => name))];
  const lines = names.map((name) => {
    const values = facts.map(
      (some) => some.find((fact) => fact.section === section && fact.name === name)?.value ?? '',
    );
    return html`<tr><th scope="row">${name}</th>${cellsOf(values)}</tr>\n`;
  });
  return html`<tbody><tr class="opens"><th scope="rowgroup" colspan="${facts.length + 1}">${section}</th></tr>
${lines}</tbody>`;
}

/** A cell a value, or one cell for all of them. */
function cellsOf(values: readonly Content[]): Content {
  const texts = values.map((value) => html`${value}`.html);
  if (values.length > 1 && texts.every((text) => text === texts[0]))
    return html`<td colspan="${values.length}">${values[0]}</td>`;
  return values.map((value) => html`<td>${value}</td>`);
}

/** The learning curves, step by step; nothing where there are none. */
export function curveTable(columns: readonly CellColumn[]): Content {
  const curves = columns.flatMap(({ record: { training }, title }) =>
    training === undefined || training.curve.length === 0 ? [] : [{ title, points: training.curve }],
  );
  if (curves.length === 0) return '';
  const metrics = [
    ...new Set(curves.flatMap(({ points }) => points.flatMap((one) => Object.keys(one.metrics)))),
  ];
  const steps = [...new Set(curves.flatMap(({ points }) => points.map(({ step }) => step)))].sort(
    (a, b) => a - b,
  );
  const byStep = curves.map(({ points }) => new Map(points.map((point) => [point.step, point])));
  const names = ['time', ...metrics];
  return html`<details><summary>Learning curves</summary><div class="scroll" tabindex="0" role="region" aria-label="Learning curves"><table class="numbers">
<caption class="unseen">Learning curves</caption>
<thead><tr class="heads"><td></td>${curves.map(({ title }) => html`<th scope="colgroup" colspan="${names.length}">${title}</th>`)}</tr>
<tr><th scope="col">step</th>${curves.map(() => names.map((name) => html`<th scope="col">${name}</th>`))}</tr></thead>
<tbody>
${steps.map((step) => {
  const cells = byStep.map((points) => {
    const point = points.get(step);
    const texts = [timeText(point?.timeMs), ...metrics.map((name) => numberText(point?.metrics[name]))];
    return texts.map((text) => html`<td>${text}</td>`);
  });
  return html`<tr><th scope="row">${numberText(step)}</th>${cells}</tr>\n`;
})}</tbody></table></div></details>`;
}
