import { tickText } from '../../leaderboard/format.ts';
import { type Drawing, drawChart, logTicks, ticksOf } from '../chart.ts';
import type { Looks } from '../palette.ts';
import { endLabelLayers, endLabels, pixelOf } from './end-labels.ts';
import { type AxisOptions, evenTicks } from './line-chart.ts';

const size = { width: 270, height: 250 } as const;

/** A method at one point of the benchmark: its cost and what it brought. */
export interface ParetoPoint {
  readonly method: string;
  readonly cost: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Seeds that are too few for an interval: drawn as dots instead of a bar. */
  readonly seeds?: readonly number[];
  readonly label: string;
  /** Whether it is a step of the front. */
  readonly isOnFront: boolean;
}

/** The axes of a Pareto chart. */
export interface ParetoOptions {
  readonly looks: Looks;
  readonly cost: AxisOptions;
  readonly value: AxisOptions;
  /** Whether the cost counts bytes: its ticks are then powers of two. */
  readonly bytes?: boolean;
}

/** Value against cost, the front as a grey stair where it has two steps or more; what is not on it is pale then. */
export async function paretoChart(points: readonly ParetoPoint[], options: ParetoOptions): Promise<Drawing> {
  const { looks } = options;
  const methods = [...new Set(points.map((point) => point.method))];
  const steps = points.filter(({ isOnFront }) => isOnFront).sort((a, b) => a.cost - b.cost);
  const front = steps.length > 1 ? steps : [];
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
  const costDomain = [Math.min(...costs) / 1.25, Math.max(...costs) * 1.25] as const;
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
  const drawnY = valueAxis(points, options.value);
  const y = { field: 'value', type: 'quantitative', ...drawnY };
  const ends = points.map(({ method, cost, value }) => ({
    name: method,
    x: pixelOf(cost, { scale: 'log', domain: costDomain, size: size.width }),
    y:
      size.height -
      pixelOf(value, { scale: options.value.scale, domain: drawnY.scale.domain, size: size.height }),
  }));
  const spec = {
    ...size,
    resolve: { scale: { color: 'independent' } },
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
        data: {
          values: points.flatMap(({ seeds = [], ...point }) =>
            seeds.map((seed) => ({ ...point, value: seed })),
          ),
        },
        mark: { type: 'point', filled: true, size: 12, opacity: 0.6 },
        encoding: { x, y, color, description: { field: 'label' } },
      },
      {
        data: {
          values: points.map((point) => ({
            ...point,
            weight: front.length > 0 && !point.isOnFront ? 0.4 : 1,
          })),
        },
        mark: { type: 'point', filled: true, size: 80 },
        encoding: {
          x,
          y,
          color,
          shape,
          opacity: { field: 'weight', type: 'quantitative', scale: null },
          description: { field: 'label' },
        },
      },
      ...endLabelLayers(endLabels(ends, size.height), {
        width: size.width,
        colourOf: (name) => looks(name).colour,
      }),
    ],
  };
  const data = points.map(({ method, cost, value, low, high, isOnFront, seeds = [] }) => ({
    method,
    [options.cost.title]: cost,
    [options.value.title]: value,
    low,
    high,
    front: isOnFront && front.length > 0 ? 'yes' : '',
    seeds: seeds.join(' '),
  }));
  return drawChart(spec, data);
}

function valueAxis(
  points: readonly ParetoPoint[],
  { title, scale, text }: AxisOptions,
): { readonly scale: { readonly domain: readonly [number, number] }; readonly axis: object } {
  const values = points.flatMap((point) => [point.value, point.low, point.high, ...(point.seeds ?? [])]);
  if (scale === 'log') {
    const positive = values.filter((value) => value > 0);
    const domain = [Math.min(...positive) / 1.4, Math.max(...positive) * 1.4] as const;
    const drawn = { type: 'log', domain, nice: false };
    return { scale: drawn, axis: { title, ...ticksOf(logTicks(domain, 'decimal'), tickText(text)) } };
  }
  const ticks = evenTicks(Math.min(...values), Math.max(...values));
  const drawn = { domain: [ticks[0] ?? 0, ticks.at(-1) ?? 1] as const, nice: false, zero: false };
  return { scale: drawn, axis: { title, ...ticksOf(ticks, tickText(text)) } };
}
