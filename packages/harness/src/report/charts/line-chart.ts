import { tickText } from '../../leaderboard/format.ts';
import { type Drawing, drawChart, ticksOf } from '../chart.ts';
import type { Looks } from '../palette.ts';
import { pixelOf } from './end-labels.ts';
import {
  type AxisOptions,
  byMethod,
  type DrawnAxis,
  dashed,
  evenTicks,
  faint,
  layer,
  logAxis,
  namesAt,
  plot,
  told,
} from './parts.ts';

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

/** Lines by method with their names at the end, with bands or seeds: learning curves, quality against T. */
export async function lineChart(lines: readonly Line[], options: LineChartOptions): Promise<Drawing> {
  const { looks } = options;
  const methods = [...new Set(lines.map((line) => line.method))];
  const detail = told('name');
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
  const [color, shape] = [byMethod(methods, looks, 'colour'), byMethod(methods, looks, 'shape')];
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
  const description = told('line');
  const layers: object[] = [
    layer(
      banded,
      { type: 'area', opacity: 0.15 },
      { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color, detail, description },
    ),
    layer(seeds, { type: 'point', filled: true, size: 12, opacity: 0.6 }, { x, y, color, description }),
    layer(values, { type: 'line', strokeWidth: 1.8 }, { x, y, color, detail, description }),
    ...levelLayers(options.y, y),
    layer(
      starts.map((start) => ({ ...start, x: xAxis.scale.domain[0] })),
      { type: 'tick', orient: 'horizontal', thickness: 1.8, size: 10 },
      { x, y, color, description },
    ),
  ];
  if (options.points !== false)
    layers.push(
      layer(
        values,
        { type: 'point', filled: true, size: 46, opacity: 1 },
        { x, y, color, shape, description: told('label') },
      ),
    );
  const ends = lines.flatMap((line) => {
    const last = line.points.at(-1);
    if (last === undefined) return [];
    const [at, up] = [
      pixelOf(last.x, { scale: options.x.scale, domain: xAxis.scale.domain, size: plot.width }),
      pixelOf(inView(last.y), { scale: options.y.scale, domain: yAxis.scale.domain, size: plot.height }),
    ];
    return [{ name: line.name ?? line.method, x: at, y: plot.height - up }];
  });
  const methodNamed = new Map(lines.map((line) => [line.name ?? line.method, line.method]));
  layers.push(...namesAt(ends, (name) => looks(methodNamed.get(name) ?? name).colour));
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
  return drawChart({ ...plot, layer: layers, resolve: { scale: { color: 'independent' } } }, data);
}

/** The level of an axis, as far as it is in view. */
function levelLayers({ level, within }: AxisOptions, y: object): readonly object[] {
  if (level === undefined || (within !== undefined && (level.value < within[0] || level.value > within[1])))
    return [];
  const values = [{ y: level.value, title: level.title }];
  return [
    layer(values, { type: 'rule', ...dashed }, { y, description: told('title') }),
    layer(
      values,
      { type: 'text', align: 'left', baseline: 'bottom', dx: 3, dy: -2, fill: faint },
      { x: { value: 0 }, y, text: { field: 'title' } },
    ),
  ];
}

function axis(options: AxisOptions, values: readonly number[], grid: boolean): DrawnAxis {
  if (options.scale === 'log') return logAxis(values, options, { margin: 1.3, most: 8, grid });
  const { title, text, include, level } = options;
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
