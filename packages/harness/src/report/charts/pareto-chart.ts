import { type Drawing, drawChart } from '../chart.ts';
import type { Looks } from '../palette.ts';
import { pixelOf } from './end-labels.ts';
import {
  type AxisOptions,
  byMethod,
  dashed,
  layer,
  logAxis,
  namesAt,
  plot,
  told,
  valueAxis,
} from './parts.ts';

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
  const [color, shape] = [byMethod(methods, looks, 'colour'), byMethod(methods, looks, 'shape')];
  const drawnX = logAxis(
    points.map((point) => point.cost),
    options.cost,
    { margin: 1.25, unit: options.bytes === true ? 'bytes' : 'decimal', grid: false },
  );
  const x = { field: 'cost', type: 'quantitative', ...drawnX };
  const drawnY = valueAxis(
    points.flatMap((point) => [point.value, point.low, point.high, ...(point.seeds ?? [])]),
    options.value,
  );
  const y = { field: 'value', type: 'quantitative', ...drawnY };
  const ends = points.map(({ method, cost, value }) => ({
    name: method,
    x: pixelOf(cost, { scale: 'log', domain: drawnX.scale.domain, size: plot.width }),
    y:
      plot.height -
      pixelOf(value, { scale: options.value.scale, domain: drawnY.scale.domain, size: plot.height }),
  }));
  const description = told('label');
  const spec = {
    ...plot,
    resolve: { scale: { color: 'independent' } },
    layer: [
      layer(
        front,
        { type: 'line', interpolate: 'step-after', ...dashed },
        { x, y, description: { value: 'the Pareto front' } },
      ),
      layer(
        points.filter((point) => point.high > point.low),
        { type: 'rule', strokeWidth: 1.2, opacity: 0.6 },
        { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color, description },
      ),
      layer(
        points.flatMap(({ seeds = [], ...point }) => seeds.map((seed) => ({ ...point, value: seed }))),
        { type: 'point', filled: true, size: 12, opacity: 0.6 },
        { x, y, color, description },
      ),
      layer(
        points.map((point) => ({ ...point, weight: front.length > 0 && !point.isOnFront ? 0.4 : 1 })),
        { type: 'point', filled: true, size: 80 },
        { x, y, color, shape, opacity: { field: 'weight', type: 'quantitative', scale: null }, description },
      ),
      ...namesAt(ends, (name) => looks(name).colour),
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
