import { axisText, bytesText, tickText, timeText } from '../../leaderboard/format.ts';
import type { ScalingCurve } from '../../leaderboard/scaling.ts';
import { logTicks, renderChart, ticksOf } from '../chart.ts';
import type { Growth } from '../descriptions.ts';
import type { Looks } from '../palette.ts';

/** What a scaling chart needs to know besides its curves. */
export interface ScalingChartOptions {
  readonly looks: Looks;
  /** The name of the axis: T, p. */
  readonly axisName: string;
  /** The theory of a method for this quantity. */
  readonly theoryOf: (method: string) => Growth | undefined;
  /** For a chart that stands alone: says inside which look is whose. */
  readonly legend?: boolean;
}

const size = { width: 400, height: 260 } as const;

/**
 * Cost against T or p on logarithmic axes: measured points joined by lines, the theory's slope dashed through
 * each method's last point, and a cross at the top edge where a method missed.
 */
export async function scalingChart(
  curves: readonly ScalingCurve[],
  options: ScalingChartOptions,
): Promise<string> {
  const { looks, axisName } = options;
  const quantity = curves[0]?.quantity ?? 'memory';
  const text = quantity === 'memory' ? bytesText : timeText;
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
  const methods = [...new Set(curves.map((curve) => curve.method))];
  const detail = { field: 'variant' } as const;

  const byMethod = (pick: 'colour' | 'shape'): object => ({
    field: 'method',
    type: 'nominal',
    sort: methods,
    scale: { domain: methods, range: methods.map((method) => looks(method)[pick]) },
    legend: options.legend === true ? { title: null, symbolOpacity: 1 } : null,
  });
  const [colour, shape] = [byMethod('colour'), byMethod('shape')];
  const x = {
    field: 'x',
    type: 'quantitative',
    scale: { type: 'log', domain: [Math.min(...xs) / 1.15, Math.max(...xs) * 1.15], nice: false },
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
  const description = { field: 'label' } as const;
  return renderChart({
    ...size,
    layer: [
      {
        data: { values: theoryLines(curves, options, domain[0]) },
        mark: { type: 'line', strokeDash: [3, 3], strokeWidth: 1.2, opacity: 0.65 },
        encoding: { x, y, color: colour, detail, description },
      },
      {
        data: { values: points },
        mark: { type: 'line', strokeWidth: 1.8 },
        encoding: { x, y, color: colour, detail, description: { field: 'line' } },
      },
      {
        data: { values: points },
        mark: { type: 'point', filled: true, size: 46, opacity: 1 },
        encoding: { x, y, color: colour, shape, description },
      },
      {
        data: { values: misses },
        mark: { type: 'text', text: '×', fontSize: 14, baseline: 'middle' },
        encoding: { x, y: { field: 'pixel', type: 'quantitative', scale: null }, color: colour, description },
      },
    ],
  });
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

/** The theory's slope through the last measured point, from where it enters the chart. */
function theoryLines(
  curves: readonly ScalingCurve[],
  { theoryOf, axisName }: ScalingChartOptions,
  lowest: number,
): readonly object[] {
  return curves.flatMap((curve) => {
    const exponent = theoryOf(curve.method)?.[curve.axis];
    const first = curve.points[0];
    const last = curve.points[curve.points.length - 1];
    if (exponent === undefined || first === undefined || last === undefined || first === last) return [];
    const enters = exponent > 0 ? last.x * (lowest / last.y) ** (1 / exponent) : 0;
    const from = Math.max(first.x, enters);
    const label = `${curve.method} · theory: ${axisName}^${exponent}`;
    return [from, last.x].map((x) => ({
      method: curve.method,
      variant: curve.variant,
      x,
      y: last.y * (x / last.x) ** exponent,
      label,
    }));
  });
}
