/** @file What charts are put together from: Vega-Lite's encodings and layers as these pages draw them. */
import { tickText } from '../../leaderboard/format.ts';
import { logTicks, ticksOf, tooLarge } from '../chart.ts';
import type { Looks } from '../palette.ts';
import { endLabelLayers, endLabels, type LineEnd } from './end-labels.ts';

/** Pixels of a plot with lines or points. */
export const plot = { width: 270, height: 250 } as const;

/** Lines and words that are no method's. */
export const faint = 'var(--ink-faint, #6a6a6a)';
export const dashed = { stroke: faint, strokeWidth: 1.2, strokeDash: [4, 3] } as const;

/** A layer of marks. */
export const layer = (values: readonly object[], mark: object, encoding: object): object => ({
  data: { values },
  mark,
  encoding,
});

/** What a screen reader and the script are told of a mark. */
export const told = (field: string): { readonly field: string } => ({ field });

/** A method's colour or shape. */
export const byMethod = (methods: readonly string[], looks: Looks, pick: 'colour' | 'shape'): object => ({
  field: 'method',
  type: 'nominal',
  sort: methods,
  scale: { domain: methods, range: methods.map((method) => looks(method)[pick]) },
  legend: null,
});

/** Names one below another, a line each. */
export const named = (field: string, names: readonly string[], grid = false): object => ({
  field,
  type: 'nominal',
  sort: names,
  axis: { title: null, grid, domain: false, ticks: false, labelLimit: 0 },
});

/** One axis. */
export interface AxisOptions {
  readonly title: string;
  readonly scale: 'linear' | 'log';
  readonly text: (value: number) => string;
  /** Ends of a linear axis that must be in view. */
  readonly include?: readonly number[];
  /** What lies beyond these ends of a linear axis is drawn at its edge. */
  readonly within?: readonly [number, number];
  /** A dashed line across the chart, with its name. */
  readonly level?: { readonly value: number; readonly title: string } | undefined;
}

/** An axis that was laid out: its ends, and its ticks with their labels. */
export interface DrawnAxis {
  readonly scale: {
    readonly type?: 'log';
    readonly domain: readonly [number, number];
    readonly nice: false;
    readonly zero?: false;
  };
  readonly axis: object;
}

interface LogAxisOptions {
  readonly margin?: number;
  readonly unit?: 'decimal' | 'bytes';
  readonly most?: number;
  readonly grid?: boolean;
}

/** A logarithmic axis over some numbers with a margin, a factor, around them. */
export function logAxis(
  values: readonly number[],
  { title, text }: Pick<AxisOptions, 'title' | 'text'>,
  { margin = 1.4, unit = 'decimal', most = 6, grid = true }: LogAxisOptions = {},
): DrawnAxis {
  const positive = values.filter((value) => value > 0);
  const domain = [Math.min(...positive) / margin, Math.max(...positive) * margin] as const;
  const ticks = ticksOf(logTicks(domain, unit, most), tickText(text));
  return { scale: { type: 'log', domain, nice: false }, axis: { title, grid, ...ticks } };
}

/** An axis of values: logarithmic with a margin, or between round numbers. */
export function valueAxis(values: readonly number[], options: AxisOptions): DrawnAxis {
  if (options.scale === 'log') return logAxis(values, options);
  const all = [...values, ...(options.include ?? [])];
  const ticks = evenTicks(Math.min(...all), Math.max(...all));
  const domain = [ticks[0] ?? 0, ticks.at(-1) ?? 1] as const;
  return {
    scale: { domain, nice: false, zero: false },
    axis: { title: options.title, ...ticksOf(ticks, tickText(options.text)) },
  };
}

/** Names at the ends of lines, in their colours. */
export const namesAt = (ends: readonly LineEnd[], colourOf: (name: string) => string): readonly object[] =>
  endLabelLayers(endLabels(ends, plot.height), { width: plot.width, colourOf });

/**
 * About five round numbers that span an interval, or more where a step is given that makes no more than twenty.
 *
 * @throws where the interval is longer than numbers go
 */
export function evenTicks(low: number, high: number, wanted?: number): readonly number[] {
  if (!Number.isFinite(high - low)) throw new Error(tooLarge);
  const span = high - low || Math.abs(high) || 1;
  const rough = span / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const round =
    [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough * 0.999) ?? rough;
  const step = wanted !== undefined && span / wanted <= 20 ? wanted : round;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  // Multiples of the step, rounded to its own digits: 0.30000000000000004 makes no label.
  const digits = Math.max(0, 1 - Math.floor(Math.log10(step)));
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toFixed(Math.min(digits, 20))),
  );
}
