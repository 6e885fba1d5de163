import { tickText } from '../../leaderboard/format.ts';
import { type Drawing, drawChart, logTicks, ticksOf, tooLarge } from '../chart.ts';
import type { Looks } from '../palette.ts';
import { endLabelLayers, endLabels, pixelOf } from './end-labels.ts';

/** One method's line, with a band around it or the seeds themselves. */
export interface Line {
  readonly method: string;
  /** Tells several lines of one method apart; the method where left out. */
  readonly name?: string;
  /** The value at zero, where an axis of logarithms has no place for it: a dash at the left edge. */
  readonly start?: number | undefined;
  readonly points: readonly {
    readonly x: number;
    readonly y: number;
    readonly low?: number;
    readonly high?: number;
    /** Seeds that are too few for a band: drawn as dots. */
    readonly seeds?: readonly number[];
    readonly label: string;
  }[];
}

/** The axes of a line chart. */
export interface LineChartOptions {
  readonly looks: Looks;
  readonly x: AxisOptions;
  readonly y: AxisOptions;
  /** Points are worth showing where there are few. */
  readonly points?: boolean;
}

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

const size = { width: 270, height: 250 } as const;

/** Lines by method with their names at the end, with bands or seeds: learning curves, quality against T. */
export async function lineChart(lines: readonly Line[], options: LineChartOptions): Promise<Drawing> {
  const { looks } = options;
  const methods = [...new Set(lines.map((line) => line.method))];
  const detail = { field: 'name' } as const;
  const inView = (value: number): number => {
    const [low, high] = options.y.within ?? [value, value];
    return Math.min(Math.max(value, low), high);
  };
  const values = lines.flatMap((line) =>
    line.points.map(({ low, high, ...point }) => ({
      ...point,
      y: inView(point.y),
      ...(low === undefined || high === undefined ? {} : { low: inView(low), high: inView(high) }),
      seeds: point.seeds?.map(inView),
      method: line.method,
      name: line.name ?? line.method,
      line: `${line.method} · `,
    })),
  );
  const seeds = values.flatMap(({ seeds: own = [], ...value }) => own.map((seed) => ({ ...value, y: seed })));
  const banded = values.filter(
    (value) => value.low !== undefined && value.high !== undefined && value.high > value.low,
  );
  const byMethod = (pick: 'colour' | 'shape'): object => ({
    field: 'method',
    type: 'nominal',
    sort: methods,
    scale: { domain: methods, range: methods.map((method) => looks(method)[pick]) },
    legend: null,
  });
  const [color, shape] = [byMethod('colour'), byMethod('shape')];
  const xs = values.map((value) => value.x);
  const starts = lines.flatMap(({ method, name = method, start }) =>
    start === undefined ? [] : [{ method, y: inView(start), line: `${name} · at the start` }],
  );
  const ys = [
    ...values.flatMap((value) => [value.y, value.low ?? value.y, value.high ?? value.y]),
    ...seeds.map((seed) => seed.y),
    ...starts.map(({ y: start }) => start),
  ];
  const [xAxis, yAxis] = [axis(options.x, xs, false), axis(options.y, ys, true)];
  const x = { field: 'x', type: 'quantitative', ...xAxis };
  const y = { field: 'y', type: 'quantitative', ...yAxis };
  const layer: object[] = [
    {
      data: { values: banded },
      mark: { type: 'area', opacity: 0.15 },
      encoding: {
        x,
        y: { ...y, field: 'low' },
        y2: { field: 'high' },
        color,
        detail,
        description: { field: 'line' },
      },
    },
    {
      data: { values: seeds },
      mark: { type: 'point', filled: true, size: 12, opacity: 0.6 },
      encoding: { x, y, color, description: { field: 'line' } },
    },
    {
      data: { values },
      mark: { type: 'line', strokeWidth: 1.8 },
      encoding: { x, y, color, detail, description: { field: 'line' } },
    },
    ...levelLayers(options.y, y),
    {
      data: {
        values: starts.map((start) => ({ ...start, x: xAxis.scale.domain[0] })),
      },
      mark: { type: 'tick', orient: 'horizontal', thickness: 1.8, size: 10 },
      encoding: { x, y, color, description: { field: 'line' } },
    },
  ];
  if (options.points !== false) {
    layer.push({
      data: { values },
      mark: { type: 'point', filled: true, size: 46, opacity: 1 },
      encoding: { x, y, color, shape, description: { field: 'label' } },
    });
  }
  const ends = lines.flatMap((line) => {
    const last = line.points.at(-1);
    if (last === undefined) return [];
    const [at, up] = [
      pixelOf(last.x, { scale: options.x.scale, domain: xAxis.scale.domain, size: size.width }),
      pixelOf(inView(last.y), { scale: options.y.scale, domain: yAxis.scale.domain, size: size.height }),
    ];
    return [{ name: line.name ?? line.method, x: at, y: size.height - up }];
  });
  const methodNamed = new Map(lines.map((line) => [line.name ?? line.method, line.method]));
  layer.push(
    ...endLabelLayers(endLabels(ends, size.height), {
      width: size.width,
      colourOf: (name) => looks(methodNamed.get(name) ?? name).colour,
    }),
  );
  const data = lines.flatMap(({ method, name = method, points }) =>
    points.map(({ x: at, y: value, low = '', high = '', seeds: own = [] }) => ({
      line: name,
      [options.x.title]: at,
      [options.y.title]: value,
      low,
      high,
      seeds: own.join(' '),
    })),
  );
  return drawChart({ ...size, layer, resolve: { scale: { color: 'independent' } } }, data);
}

interface DrawnAxis {
  readonly scale: {
    readonly type?: 'log';
    readonly domain: readonly [number, number];
    readonly nice: false;
    readonly zero?: false;
  };
  readonly axis: object;
}

/** The level of an axis, as far as it is in view. */
function levelLayers({ level, within }: AxisOptions, y: object): readonly object[] {
  if (level === undefined || (within !== undefined && (level.value < within[0] || level.value > within[1])))
    return [];
  const data = { values: [{ y: level.value, title: level.title }] };
  return [
    {
      data,
      mark: { type: 'rule', stroke: 'var(--ink-faint, #6a6a6a)', strokeWidth: 1.2, strokeDash: [4, 3] },
      encoding: { y, description: { field: 'title' } },
    },
    {
      data,
      mark: {
        type: 'text',
        align: 'left',
        baseline: 'bottom',
        dx: 3,
        dy: -2,
        fill: 'var(--ink-faint, #6a6a6a)',
      },
      encoding: { x: { value: 0 }, y, text: { field: 'title' } },
    },
  ];
}

function axis(
  { title, scale, text, include, level }: AxisOptions,
  values: readonly number[],
  grid: boolean,
): DrawnAxis {
  if (scale === 'log') {
    const positive = values.filter((value) => value > 0);
    const domain = [Math.min(...positive) / 1.3, Math.max(...positive) * 1.3] as const;
    const ticks = ticksOf(logTicks(domain, 'decimal', 8), tickText(text));
    return { scale: { type: 'log', domain, nice: false }, axis: { title, grid, ...ticks } };
  }
  const all = [...values, ...(include ?? []), ...(level === undefined ? [] : [level.value])];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const ticks = evenTicks(low, high);
  // The vertical axis ends on ticks; the horizontal one where the data end.
  const domain = grid
    ? ([Math.min(low, ...ticks), Math.max(high, ...ticks)] as const)
    : ([low, high] as const);
  return {
    scale: { domain, nice: false, zero: false },
    axis: { title, grid, ...ticksOf(ticks, tickText(text)) },
  };
}

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
