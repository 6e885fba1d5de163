import { numberText, tickText } from '../../leaderboard/format.ts';
import { type Drawing, drawChart, ticksOf } from '../chart.ts';
import { evenTicks } from './line-chart.ts';

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
  const ticks = evenTicks(Math.min(...ends), Math.max(...ends));
  const x = {
    field: 'value',
    type: 'quantitative',
    scale: { domain: [ticks[0], ticks.at(-1)], nice: false, zero: false },
    axis: { title: axisTitle, ...ticksOf(ticks, tickText(numberText)) },
  };
  const y = {
    field: 'title',
    type: 'nominal',
    sort: lines.map(({ title }) => title),
    axis: { title: null, grid: false, domain: false, ticks: false, labelLimit: 0 },
  };
  const common = {
    y,
    yOffset: { field: 'whose', type: 'nominal', sort: ['published', 'ours'] },
    color: {
      field: 'whose',
      type: 'nominal',
      scale: { domain: ['published', 'ours'], range: [theirs, own] },
      // One kind needs no key.
      legend: hasBoth ? { title: null, orient: 'top', symbolOpacity: 1, labelFontSize: 12 } : null,
    },
    description: { field: 'label' },
  };
  const spec = {
    width: 300,
    height: { step: 13 },
    layer: [
      {
        data: { values: marks.filter(({ low, high }) => high > low) },
        mark: { type: 'rule', strokeWidth: 2, opacity: 0.6 },
        encoding: { ...common, x: { ...x, field: 'low' }, x2: { field: 'high' } },
      },
      {
        data: { values: marks },
        mark: { type: 'point', filled: true, size: 55, opacity: 1 },
        encoding: { ...common, x },
      },
    ],
  };
  const data = marks.map(({ title, whose, value, low, high }) => ({ arm: title, whose, value, low, high }));
  return drawChart(spec, data);
}

function mark(title: string, whose: 'published' | 'ours', value: number, below: number, above: number) {
  const label = `${title} · ${whose} ${numberText(value)}`;
  return { title, whose, value, low: value - below, high: value + above, label };
}
