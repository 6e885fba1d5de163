import { axisText, bytesText, tickText, timeText } from '../../leaderboard/format.ts';
import type { ScalingCurve } from '../../leaderboard/scaling.ts';
import { type Drawing, drawChart, logTicks, ticksOf } from '../chart.ts';
import type { Growth } from '../descriptions.ts';
import type { Looks } from '../palette.ts';
import { pixelOf } from './end-labels.ts';
import { byMethod, layer, namesAt, plot, told } from './parts.ts';

/** What a scaling chart needs to know besides its curves. */
export interface ScalingChartOptions {
  readonly looks: Looks;
  /** The name of the axis: T, p. */
  readonly axisName: string;
  /** The theory of a method for this quantity. */
  readonly theoryOf: (method: string) => Growth | undefined;
}

/**
 * Cost against T or p on logarithmic axes: measured points joined by lines with their names at the end, one grey slope for each growth that theory
 * names, and a cross at the top edge where a method missed.
 */
export async function scalingChart(
  curves: readonly ScalingCurve[],
  options: ScalingChartOptions,
): Promise<Drawing> {
  const { looks, axisName } = options;
  const quantity = curves[0]?.quantity ?? 'memory';
  const text = quantity === 'memory' ? bytesText : timeText;
  const nameOf = ({ method, variant }: Pick<ScalingCurve, 'method' | 'variant'>): string =>
    variant === '' ? method : `${method} ${variant}`;
  const points = curves.flatMap(({ method, variant, points: own }) =>
    own.map(({ x, y }) => ({
      method,
      variant,
      x,
      y,
      line: `${method} · `,
      label: `${method} · ${axisName} = ${axisText(x)} · ${text(y)}`,
    })),
  );
  const misses = missMarks(curves, axisName);
  const ys = points.map((point) => point.y);
  const domain = [Math.min(...ys) / 1.4, Math.max(...ys) * 1.6] as const;
  const xs = [...points, ...misses].map((point) => point.x);
  const xDomain = [Math.min(...xs) / 1.15, Math.max(...xs) * 1.15] as const;
  const methods = [...new Set(curves.map((curve) => curve.method))];
  const detail = told('variant');
  const [color, shape] = [byMethod(methods, looks, 'colour'), byMethod(methods, looks, 'shape')];
  const x = {
    field: 'x',
    type: 'quantitative',
    scale: { type: 'log', domain: xDomain, nice: false },
    axis: { title: axisName, grid: false, ...ticksOf(logTicks(xs, 'decimal', 8), axisText) },
  } as const;
  const y = {
    field: 'y',
    type: 'quantitative',
    scale: { type: 'log', domain, nice: false },
    axis: {
      title: quantity === 'memory' ? 'Peak device memory' : 'Time',
      ...ticksOf(logTicks(domain, quantity === 'memory' ? 'bytes' : 'decimal'), tickText(text)),
    },
  } as const;
  const description = told('label');
  const pixels = (at: { readonly x: number; readonly y: number }) => ({
    x: pixelOf(at.x, { scale: 'log', domain: xDomain, size: plot.width }),
    y: plot.height - pixelOf(at.y, { scale: 'log', domain, size: plot.height }),
  });
  const ends = curves.flatMap((curve) => {
    const last = curve.points.at(-1);
    return last === undefined ? [] : [{ name: nameOf(curve), ...pixels(last) }];
  });
  const methodNamed = new Map(curves.map((curve) => [nameOf(curve), curve.method]));
  const slopes = theorySlopes(curves, options, domain[0]);
  const data = curves.flatMap(({ method, variant, points: own }) =>
    own.map((point) => ({ method, variant, [axisName]: point.x, [unitOf(quantity)]: point.y })),
  );
  const pixel = (field: string) => ({ field, type: 'quantitative', scale: null, axis: null });
  const spec = {
    ...plot,
    layer: [
      layer(
        slopes,
        { type: 'line', strokeDash: [3, 3], strokeWidth: 1.4, stroke: 'var(--ink-faint, #5f5f5f)' },
        { x, y, detail: { field: 'label' }, description },
      ),
      layer(
        slopes.filter(({ isEnd }) => isEnd).map((slope) => ({ ...slope, ...pixels(slope) })),
        { type: 'text', align: 'right', dx: -8, dy: -8, fontSize: 11, fill: 'var(--ink-faint, #5f5f5f)' },
        { x: pixel('x'), y: pixel('y'), text: { field: 'label' } },
      ),
      layer(points, { type: 'line', strokeWidth: 1.8 }, { x, y, color, detail, description: told('line') }),
      layer(
        points,
        { type: 'point', filled: true, size: 46, opacity: 1 },
        { x, y, color, shape, description },
      ),
      layer(
        misses,
        { type: 'text', text: '×', fontSize: 14, baseline: 'middle' },
        { x, y: { field: 'pixel', type: 'quantitative', scale: null }, color, description },
      ),
      ...namesAt(ends, (name) => looks(methodNamed.get(name) ?? name).colour),
    ],
    resolve: { scale: { color: 'independent' } },
  };
  return drawChart(spec, data);
}

function unitOf(quantity: ScalingCurve['quantity']): string {
  return quantity === 'memory' ? 'peak_bytes' : 'time_ms';
}

/** Crosses below each other at the top edge, one for each method that missed there. */
function missMarks(
  curves: readonly ScalingCurve[],
  axisName: string,
): readonly {
  readonly method: string;
  readonly x: number;
  readonly pixel: number;
  readonly label: string;
}[] {
  const above = new Map<number, number>();
  return curves.flatMap(({ method, misses }) =>
    misses.map((x) => {
      const row = above.get(x) ?? 0;
      above.set(x, row + 1);
      return { method, x, pixel: 4 + 11 * row, label: `${method} · ${axisName} = ${axisText(x)} · missed` };
    }),
  );
}

/**
 * One slope for each growth above none that theory names for a method of the chart, through the last point of the costliest method that has it, from
 * where it enters the chart.
 */
function theorySlopes(
  curves: readonly ScalingCurve[],
  { theoryOf, axisName }: ScalingChartOptions,
  lowest: number,
): readonly { readonly x: number; readonly y: number; readonly label: string; readonly isEnd: boolean }[] {
  const costliest = new Map<number, ScalingCurve>();
  const lastOf = (curve: ScalingCurve): number => curve.points.at(-1)?.y ?? 0;
  for (const curve of curves) {
    const exponent = theoryOf(curve.method)?.[curve.axis] ?? 0;
    const known = costliest.get(exponent);
    if (exponent > 0 && curve.points.length > 1 && (known === undefined || lastOf(curve) > lastOf(known)))
      costliest.set(exponent, curve);
  }
  return [...costliest].flatMap(([exponent, curve]) => {
    const [first, last] = [curve.points[0], curve.points.at(-1)];
    if (first === undefined || last === undefined) return [];
    const from = Math.max(first.x, last.x * (lowest / last.y) ** (1 / exponent));
    const label = `theory: ${axisName}${exponent === 1 ? '' : `^${exponent}`}`;
    return [from, last.x].map((x) => ({
      x,
      y: last.y * (x / last.x) ** exponent,
      label,
      isEnd: x === last.x,
    }));
  });
}
