import { tickText } from '../../leaderboard/format.ts';
import { paretoFront } from '../../leaderboard/pareto.ts';
import { logTicks, renderChart, ticksOf } from '../chart.ts';
import type { Looks } from '../palette.ts';
import { type AxisOptions, evenTicks } from './line-chart.ts';

/** A method at one point of the benchmark: its cost and what it brought. */
export interface ParetoPoint {
  readonly method: string;
  readonly cost: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly label: string;
}

/** The axes of a Pareto chart. */
export interface ParetoOptions {
  readonly looks: Looks;
  readonly cost: AxisOptions;
  readonly value: AxisOptions;
  /** Whether the cost counts bytes: its ticks are then powers of two. */
  readonly bytes?: boolean;
  /** Whether small values are good. */
  readonly lowerIsBetter?: boolean;
}

/** Value against cost, the front as a grey stair: what lies on it is beaten by nothing. */
export async function paretoChart(points: readonly ParetoPoint[], options: ParetoOptions): Promise<string> {
  const { looks } = options;
  const methods = [...new Set(points.map((point) => point.method))];
  const sign = options.lowerIsBetter === true ? -1 : 1;
  const front = [...paretoFront(points.map((point) => ({ ...point, value: sign * point.value })))]
    .sort((a, b) => a.cost - b.cost)
    .map((point) => ({ ...point, value: sign * point.value }));
  const range = (pick: 'colour' | 'shape'): readonly string[] => methods.map((method) => looks(method)[pick]);
  const color = {
    field: 'method',
    type: 'nominal',
    scale: { domain: methods, range: range('colour') },
    legend: null,
  };
  const shape = {
    field: 'method',
    type: 'nominal',
    scale: { domain: methods, range: range('shape') },
    legend: null,
  };
  const costs = points.map((point) => point.cost);
  const costDomain = [Math.min(...costs) / 1.25, Math.max(...costs) * 1.25];
  const x = {
    field: 'cost',
    type: 'quantitative',
    scale: { type: 'log', domain: costDomain, nice: false },
    axis: {
      title: options.cost.title,
      grid: false,
      ...ticksOf(
        logTicks(costDomain, options.bytes === true ? 'bytes' : 'decimal'),
        tickText(options.cost.text),
      ),
    },
  };
  const y = { field: 'value', type: 'quantitative', ...valueAxis(points, options.value) };
  return renderChart({
    width: 400,
    height: 260,
    layer: [
      {
        data: { values: front },
        mark: {
          type: 'line',
          interpolate: 'step-after',
          stroke: 'var(--ink-faint, #6a6a6a)',
          strokeWidth: 1.2,
          strokeDash: [4, 3],
        },
        encoding: { x, y, description: { value: 'the Pareto front' } },
      },
      {
        data: { values: points.filter((point) => point.high > point.low) },
        mark: { type: 'rule', strokeWidth: 1.2, opacity: 0.6 },
        encoding: {
          x,
          y: { ...y, field: 'low' },
          y2: { field: 'high' },
          color,
          description: { field: 'label' },
        },
      },
      {
        data: { values: points },
        mark: { type: 'point', filled: true, size: 80, opacity: 1 },
        encoding: { x, y, color, shape, description: { field: 'label' } },
      },
    ],
  });
}

function valueAxis(points: readonly ParetoPoint[], { title, scale, text }: AxisOptions): object {
  const values = points.flatMap((point) => [point.value, point.low, point.high]);
  if (scale === 'log') {
    const positive = values.filter((value) => value > 0);
    const domain = [Math.min(...positive) / 1.4, Math.max(...positive) * 1.4];
    return {
      scale: { type: 'log', domain, nice: false },
      axis: { title, ...ticksOf(logTicks(domain, 'decimal'), tickText(text)) },
    };
  }
  const ticks = evenTicks(Math.min(...values), Math.max(...values));
  const domain = [ticks[0], ticks[ticks.length - 1]];
  return { scale: { domain, nice: false, zero: false }, axis: { title, ...ticksOf(ticks, tickText(text)) } };
}
