import { numberText } from '../../leaderboard/format.ts';
import { type Drawing, drawChart } from '../chart.ts';
import { layer, named, told, valueAxis } from './parts.ts';

/** A published number and ours on one line. */
export interface BesideLine {
  readonly title: string;
  readonly published?: { readonly value: number; readonly halfWidth?: number };
  readonly ours?: { readonly value: number; readonly low: number; readonly high: number };
  /** Seeds that are too few for an interval. */
  readonly seeds?: readonly number[];
}

const theirs = 'var(--ink-faint, #5f5f5f)';
const own = 'var(--series-0, #0072b2)';

/** Published numbers (hollow, above) beside ours (filled, below), a line an arm, with 95 % intervals; a few seeds are dots. */
export async function besideChart(lines: readonly BesideLine[], axisTitle: string): Promise<Drawing> {
  const marks = lines.flatMap(({ title, published, ours, seeds = [] }) => [
    ...(published === undefined
      ? []
      : [mark(title, 'published', published.value, published.halfWidth ?? 0, published.halfWidth ?? 0)]),
    ...(ours === undefined
      ? []
      : [mark(title, 'ours', ours.value, ours.value - ours.low, ours.high - ours.value)]),
    ...seeds.map((seed) => mark(title, 'ours', seed, 0, 0)),
  ]);
  const hasBoth = new Set(marks.map(({ whose }) => whose)).size === 2;
  const ends = marks.flatMap(({ low, high }) => [low, high]);
  const x = {
    type: 'quantitative',
    ...valueAxis(ends, { title: axisTitle, scale: 'linear', text: numberText }),
  };
  const common = {
    y: named(
      'title',
      lines.map(({ title }) => title),
    ),
    yOffset: { field: 'whose', type: 'nominal', sort: ['published', 'ours'] },
    color: {
      field: 'whose',
      type: 'nominal',
      scale: { domain: ['published', 'ours'], range: [theirs, own] },
      // One kind needs no key.
      legend: hasBoth ? { title: null, orient: 'top', symbolOpacity: 1, labelFontSize: 12 } : null,
    },
    description: told('label'),
  };
  const spec = {
    width: 300,
    height: { step: 13 },
    layer: [
      layer(
        marks.filter(({ low, high }) => high > low),
        { type: 'rule', strokeWidth: 2, opacity: 0.6 },
        { ...common, x: { ...x, field: 'low' }, x2: { field: 'high' } },
      ),
      layer(
        marks,
        { type: 'point', filled: true, size: 55, opacity: 1 },
        { ...common, x: { ...x, field: 'value' } },
      ),
    ],
  };
  const data = marks.map(({ title, whose, value, low, high }) => ({ arm: title, whose, value, low, high }));
  return drawChart(spec, data);
}

function mark(title: string, whose: 'published' | 'ours', value: number, below: number, above: number) {
  const label = `${title} · ${whose} ${numberText(value)}`;
  return { title, whose, value, low: value - below, high: value + above, label };
}
