import { tickText } from '../../leaderboard/format.ts';
import { type Drawing, drawChart, logTicks, ticksOf } from '../chart.ts';
import type { Looks } from '../palette.ts';
import { type AxisOptions, evenTicks, type Line } from './line-chart.ts';

/** One value a method, each on a line of its own with its name: what a line chart would pile up at a single x. */
export async function dotChart(
  lines: readonly Line[],
  { looks, value }: { readonly looks: Looks; readonly value: AxisOptions },
): Promise<Drawing> {
  const dots = lines.flatMap(({ method, points }) =>
    points.map(({ y, low, high, label }) => ({ method, value: y, low: low ?? y, high: high ?? y, label })),
  );
  const methods = [...new Set(dots.map((dot) => dot.method))];
  const byMethod = (pick: 'colour' | 'shape'): object => ({
    field: 'method',
    type: 'nominal',
    scale: { domain: methods, range: methods.map((method) => looks(method)[pick]) },
    legend: null,
  });
  const y = {
    field: 'method',
    type: 'nominal',
    sort: methods,
    axis: { title: null, grid: true, domain: false, ticks: false, labelLimit: 0 },
  } as const;
  const x = { field: 'value', type: 'quantitative', ...valueAxis(dots, value) };
  const description = { field: 'label' } as const;
  const spec = {
    width: 300,
    height: { step: 20 },
    layer: [
      {
        data: { values: dots.filter((dot) => dot.high > dot.low) },
        mark: { type: 'rule', strokeWidth: 2, opacity: 0.5 },
        encoding: {
          y,
          x: { ...x, field: 'low' },
          x2: { field: 'high' },
          color: byMethod('colour'),
          description,
        },
      },
      {
        data: { values: dots },
        mark: { type: 'point', filled: true, size: 60, opacity: 1 },
        encoding: { x, y, color: byMethod('colour'), shape: byMethod('shape'), description },
      },
    ],
  };
  const data = dots.map(({ method, value: median, low, high }) => ({
    method,
    [value.title]: median,
    low,
    high,
  }));
  return drawChart(spec, data);
}

function valueAxis(
  dots: readonly { readonly low: number; readonly high: number }[],
  { title, scale, text, include }: AxisOptions,
): object {
  const ends = dots.flatMap(({ low, high }) => [low, high]);
  if (scale === 'log') {
    const domain = [Math.min(...ends) / 1.4, Math.max(...ends) * 1.4];
    return {
      scale: { type: 'log', domain, nice: false },
      axis: { title, ...ticksOf(logTicks(domain, 'decimal'), tickText(text)) },
    };
  }
  const all = [...ends, ...(include ?? [])];
  const ticks = evenTicks(Math.min(...all), Math.max(...all));
  return {
    scale: { domain: [ticks[0], ticks.at(-1)], nice: false, zero: false },
    axis: { title, ...ticksOf(ticks, tickText(text)) },
  };
}
