import { type Drawing, drawChart } from '../chart.ts';
import type { Looks } from '../palette.ts';
import type { Line } from './line-chart.ts';
import { type AxisOptions, byMethod, layer, named, told, valueAxis } from './parts.ts';

/** One value a method, each on a line of its own with its name: what a line chart would pile up at a single x. */
export async function dotChart(
  lines: readonly Line[],
  { looks, value }: { readonly looks: Looks; readonly value: AxisOptions },
): Promise<Drawing> {
  const dots = lines.flatMap(({ method, points }) =>
    points.map(({ y, low, high, label }) => ({ method, value: y, low: low ?? y, high: high ?? y, label })),
  );
  const methods = [...new Set(dots.map((dot) => dot.method))];
  const y = named('method', methods, true);
  const ends = dots.flatMap(({ low, high }) => [low, high]);
  const x = { field: 'value', type: 'quantitative', ...valueAxis(ends, value) };
  const description = told('label');
  const [color, shape] = [byMethod(methods, looks, 'colour'), byMethod(methods, looks, 'shape')];
  const spec = {
    width: 300,
    height: { step: 20 },
    layer: [
      layer(
        dots.filter((dot) => dot.high > dot.low),
        { type: 'rule', strokeWidth: 2, opacity: 0.5 },
        { y, x: { ...x, field: 'low' }, x2: { field: 'high' }, color, description },
      ),
      layer(dots, { type: 'point', filled: true, size: 60, opacity: 1 }, { x, y, color, shape, description }),
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
