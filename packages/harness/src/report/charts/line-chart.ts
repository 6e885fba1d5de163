import { tickText } from '../../leaderboard/format.ts';
import { logTicks, renderChart, ticksOf, tooLarge } from '../chart.ts';
import type { Looks } from '../palette.ts';

/** One method's line, with an optional band around it. */
export interface Line {
  readonly method: string;
  /** Tells several lines of one method apart; the method where left out. */
  readonly name?: string;
  readonly points: readonly {
    readonly x: number;
    readonly y: number;
    readonly low?: number;
    readonly high?: number;
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
  /** For a chart that stands alone: says inside which look is whose. */
  readonly legend?: boolean;
}

/** One axis. */
export interface AxisOptions {
  readonly title: string;
  readonly scale: 'linear' | 'log';
  readonly text: (value: number) => string;
  /** Ends of a linear axis that must be in view. */
  readonly include?: readonly number[];
}

/** Lines by method, with bands: learning curves, quality against T. */
export async function lineChart(lines: readonly Line[], options: LineChartOptions): Promise<string> {
  const { looks } = options;
  const methods = [...new Set(lines.map((line) => line.method))];
  const detail = { field: 'name' } as const;
  const values = lines.flatMap((line) =>
    line.points.map((point) => ({
      ...point,
      method: line.method,
      name: line.name ?? line.method,
      line: `${line.method} · `,
    })),
  );
  const banded = values.filter(
    (value) => value.low !== undefined && value.high !== undefined && value.high > value.low,
  );
  const byMethod = (pick: 'colour' | 'shape'): object => ({
    field: 'method',
    type: 'nominal',
    sort: methods,
    scale: { domain: methods, range: methods.map((method) => looks(method)[pick]) },
    legend: options.legend === true ? { title: null, symbolOpacity: 1 } : null,
  });
  const [color, shape] = [byMethod('colour'), byMethod('shape')];
  const x = {
    field: 'x',
    type: 'quantitative',
    ...axis(
      options.x,
      values.map((value) => value.x),
      false,
    ),
  };
  const ys = values.flatMap((value) => [value.y, value.low ?? value.y, value.high ?? value.y]);
  const y = { field: 'y', type: 'quantitative', ...axis(options.y, ys, true) };
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
      data: { values },
      mark: { type: 'line', strokeWidth: 1.8 },
      encoding: { x, y, color, detail, description: { field: 'line' } },
    },
  ];
  if (options.points !== false) {
    layer.push({
      data: { values },
      mark: { type: 'point', filled: true, size: 46, opacity: 1 },
      encoding: { x, y, color, shape, description: { field: 'label' } },
    });
  }
  return renderChart({ width: 400, height: 260, layer });
}

function axis(
  { title, scale, text, include }: AxisOptions,
  values: readonly number[],
  grid: boolean,
): object {
  if (scale === 'log') {
    const positive = values.filter((value) => value > 0);
    const domain = [Math.min(...positive) / 1.3, Math.max(...positive) * 1.3];
    const ticks = ticksOf(logTicks(domain, 'decimal', 8), tickText(text));
    return { scale: { type: 'log', domain, nice: false }, axis: { title, grid, ...ticks } };
  }
  const all = [...values, ...(include ?? [])];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const ticks = evenTicks(low, high);
  // The vertical axis ends on ticks; the horizontal one where the data end.
  const domain = grid ? [Math.min(low, ...ticks), Math.max(high, ...ticks)] : [low, high];
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
