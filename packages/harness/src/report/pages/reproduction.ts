import { minimumSeeds } from '../../statistics/best-set.ts';
import { type BesideLine, besideChart } from '../charts/beside-chart.ts';
import type { MethodCard, SiteContext } from '../context.ts';
import type { PublishedNumber } from '../descriptions.ts';
import { type Content, type Html, html } from '../html.ts';
import { figure, type Page, type TakeFigure } from '../layout.ts';
import { ownNumberText } from '../own-number.ts';
import type { ReproducedArm, Reproduction } from '../reproduction.ts';
import {
  intervalsMeet,
  orderSentences,
  ownEstimate,
  ownText,
  pairSentences,
  printedNumber,
} from '../reproduction-text.ts';
import { sourceText } from '../source.ts';
import { type SiteColumn, siteTable } from '../table.ts';
import { methodPath } from './links.ts';

const path = 'published.html';

/** The page of experiments that were made again, and of all other published numbers; undefined where there are none. */
export async function reproductionPage(context: SiteContext): Promise<Page | undefined> {
  const reproductions = context.description.reproductions ?? [];
  const numbers = otherNumbers(context);
  if (reproductions.length === 0 && numbers.length === 0) return undefined;
  const sections: Html[] = [];
  for (const reproduction of reproductions)
    sections.push(await reproductionSection(reproduction, context.takeFigure));
  const [ours, missing] = [numbers.filter(({ own }) => own !== ''), numbers.filter(({ own }) => own === '')];
  const body = html`<h1>Published beside ours</h1>
<p>Published experiments that were repeated here. Our numbers are means over seeds with Student's 95 % interval; fewer than five seeds are listed one by one and
not ordered. Orders rest on paired differences (the same data, start and order of batches), with Holm's correction over all pairs of an experiment.</p>
<ul>${reproductions.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul>
${sections}
${ours.length === 0 ? '' : html`<h2>Numbers beside a cell of the records</h2>${numbersTable(ours)}`}
${missing.length === 0 ? '' : html`<details><summary>Published numbers without one of ours: ${missing.length}</summary>${numbersTable(missing)}</details>`}`;
  return { path, title: 'Published beside ours', body };
}

/** The same on the first page: what each experiment came to, and the numbers of the first. */
export function reproductionBlock({ description }: SiteContext): Content {
  const [first, ...others] = description.reproductions ?? [];
  if (first === undefined) return '';
  return html`<h2 id="published">Published beside ours</h2>
${firstSaid(first)}
${armsTable(first)}
<dl class="said">${others.map((one) => html`<dt><a href="${path}#${one.id}">${one.title}</a></dt><dd>${shortSaid(one)}</dd>`)}</dl>`;
}

function firstSaid(reproduction: Reproduction): Html {
  return html`<p><b><a href="${path}#${reproduction.id}">${reproduction.title}</a></b></p>${saidOf(reproduction)}`;
}

/** Its pairs, or else its order, or its note: what fits into a line. */
function shortSaid(reproduction: Reproduction): string {
  const pairs = pairSentences(reproduction);
  if (pairs.length > 0) return pairs.join(' ');
  const sentences = orderSentences(reproduction);
  return sentences.length > 0 ? sentences.join(' ') : (reproduction.note ?? 'No order is decided.');
}

async function reproductionSection(
  reproduction: Reproduction,
  takeFigure: TakeFigure | undefined,
): Promise<Html> {
  const { id, title, source, theirSetting, ourSetting, file, note } = reproduction;
  return html`<h2 id="${id}">${title}</h2>
${saidOf(reproduction)}${note === undefined ? '' : html`<p>${note}</p>`}
${armsTable(reproduction)}
${await armsFigure(reproduction, takeFigure)}
<p class="small">${theirSetting === undefined ? '' : html`<b>Theirs.</b> ${theirSetting} ${sourceText(source)}.<br>`}<b>Ours.</b> ${ourSetting} <code>${file}</code></p>`;
}

function saidOf(reproduction: Reproduction): Html {
  const sentences = orderSentences(reproduction);
  const pairs = pairSentences(reproduction);
  const isOrdered = reproduction.arms.some(({ values = [] }) => values.length >= minimumSeeds);
  const order = sentences.length > 0 ? sentences.join(' ') : isOrdered ? 'No order is decided.' : '';
  return html`${order === '' ? '' : html`<p>${order}</p>`}
${pairs.length === 0 ? '' : html`<ul>${pairs.map((pair) => html`<li>${pair}</li>`)}</ul>`}`;
}

function armsTable({ arms, title, quantity, unit, direction }: Reproduction): Html {
  const what = `${quantity} ${direction === 'lower' ? '↓' : '↑'}`;
  const isPublished = arms.some(({ published }) => published !== undefined);
  const columns: readonly SiteColumn<ReproducedArm>[] = [
    { title: 'Method', kind: 'name', show: ({ title }) => title },
    {
      title: `Published: ${what}`,
      kind: 'number',
      show: ({ published }) => published ?? (isPublished ? 'none' : ''),
      value: ({ published }) => printedNumber(published)?.value,
    },
    {
      title: `Ours: ${what}`,
      kind: 'number',
      show: (arm) => ownText(arm, unit),
      value: (arm) => ownEstimate(arm)?.estimate,
    },
    {
      title: 'Intervals',
      kind: 'text',
      show: (arm) => {
        const meet = intervalsMeet(arm);
        return meet === undefined ? '' : meet ? 'meet' : 'apart';
      },
    },
  ];
  return siteTable(columns, arms, { label: title });
}

async function armsFigure(
  { title: experiment, arms, quantity, unit }: Reproduction,
  takeFigure: TakeFigure | undefined,
): Promise<Content> {
  const lines = arms.map((arm): BesideLine => {
    const [published, estimate] = [printedNumber(arm.published), ownEstimate(arm)];
    return {
      title: arm.title,
      ...(published === undefined ? {} : { published }),
      ...(estimate === undefined ? {} : { ours: { ...estimate, value: estimate.estimate } }),
      ...(estimate === undefined && arm.values !== undefined ? { seeds: arm.values } : {}),
    };
  });
  const hasNumbers = lines.some(({ ours, seeds }) => ours !== undefined || (seeds?.length ?? 0) > 0);
  if (!hasNumbers) return '';
  const title = unit === undefined ? quantity : `${quantity}, ${unit}`;
  const whose = lines.some(({ published }) => published !== undefined) ? 'Published and ours' : 'Ours';
  const caption = `${experiment}. ${whose}: ${title}`;
  return html`<div class="charts">${await figure(caption, () => besideChart(lines, title), takeFigure)}</div>`;
}

/** A published number of a card that stands beside no experiment. */
interface CardNumber {
  readonly card: MethodCard;
  readonly number: PublishedNumber;
  readonly own: Content;
}

function otherNumbers(context: SiteContext): readonly CardNumber[] {
  return context.cards.flatMap((card) =>
    (card.described?.published ?? [])
      .filter(({ ours }) => ours === undefined || !('reproduction' in ours))
      .map((number) => ({ card, number, own: ownNumberText(context, card, number.ours) })),
  );
}

function numbersTable(numbers: readonly CardNumber[]): Html {
  const columns: readonly SiteColumn<CardNumber>[] = [
    {
      title: 'Method',
      kind: 'name',
      show: ({ card }) => html`<a href="${methodPath(card.id)}">${card.described?.title ?? card.name}</a>`,
    },
    { title: 'What', kind: 'prose', show: ({ number }) => number.what },
    { title: 'Published', kind: 'number', show: ({ number }) => number.value },
    { title: 'Ours', kind: 'number', show: ({ own }) => own },
    { title: 'What differs', kind: 'prose', show: ({ number }) => number.note ?? '' },
  ];
  return siteTable(columns, numbers, {
    label: 'Published numbers of the cards',
    group: ({ card }) => card.id,
  });
}
