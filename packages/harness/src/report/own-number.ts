/** @file The number of ours that a card puts beside a published one. */
import { bytesText, numberText, timeText } from '../leaderboard/format.ts';
import type { LeaderboardRow } from '../leaderboard/row.ts';
import { cosineText, metricText } from '../leaderboard/row-text.ts';
import { median } from '../statistics/describe.ts';
import type { MethodCard, SiteContext } from './context.ts';
import type { OwnNumber } from './descriptions.ts';
import { type Content, html } from './html.ts';
import type { OwnArm } from './reproduction.ts';
import { ownText } from './reproduction-text.ts';

/**
 * Our number that stands beside a published one: of an experiment, or of the records, device by device; the median where several points fit.
 * Nothing where there is none.
 */
export function ownNumberText(
  context: SiteContext,
  card: MethodCard,
  own: OwnNumber | OwnArm | undefined,
  root = '',
): Content {
  if (own === undefined) return '';
  if ('reproduction' in own) return armText(context, own, root);
  const fitting = context.rows.filter(
    (row) =>
      card.has(row) &&
      row.suite === own.suite &&
      (own.problem === undefined || row.problem === own.problem) &&
      (own.horizon === undefined || row.horizon === own.horizon) &&
      (own.dimension === undefined || row.dimension === own.dimension),
  );
  const texts = context.devices.flatMap((device) => {
    const rows = fitting.filter((row) => row.device.id === device.id);
    const text = quantityText(rows, own.quantity);
    return text === '' ? [] : [context.devices.length > 1 ? `${text} (${device.label})` : text];
  });
  return texts.length === 0 ? '' : texts.map((text, index) => html`${index === 0 ? '' : html`<br>`}${text}`);
}

/** The number of an experiment, linked to it. */
function armText(
  { description }: SiteContext,
  { reproduction: id, arm: name }: OwnArm,
  root: string,
): Content {
  const reproduction = description.reproductions?.find((one) => one.id === id);
  const arm = reproduction?.arms.find((one) => one.name === name);
  if (reproduction === undefined || arm === undefined) return '';
  return html`<a href="${root}published.html#${id}">${ownText(arm, reproduction.unit)}</a>`;
}

function quantityText(rows: readonly LeaderboardRow[], quantity: OwnNumber['quantity']): string {
  const values = rows.flatMap((row) => {
    const found =
      quantity === 'cosine' || quantity === 'relativeError' ? row.gradient?.[quantity] : row[quantity];
    return found === undefined ? [] : [found.median];
  });
  if (values.length === 0) return '';
  const value = median(values);
  switch (quantity) {
    case 'time':
      return timeText(value);
    case 'memory':
      return bytesText(value);
    case 'cosine':
      return cosineText(value);
    case 'relativeError':
      return numberText(value);
    case 'metric': {
      const metric = rows.find((row) => row.metric !== undefined)?.metric;
      return metric === undefined ? '' : metricText({ metric: { ...metric, median: value } });
    }
    default:
      return quantity satisfies never;
  }
}
