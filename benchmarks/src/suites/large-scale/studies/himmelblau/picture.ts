/**
 * @file The picture of the synthetic experiment, from its committed records: where Reptile comes to rest at K = 5 and K = 100, and how far φ gets in
 * 240 inner steps from the authors' nine starts.
 *
 *     node --conditions=longhorizon-source --import tsx benchmarks/src/suites/large-scale/studies/himmelblau/picture.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HIMMELBLAU_STARTS, HIMMELBLAU_TASKS, himmelblauMinima } from '@longhorizon/datasets';
import { type ChartSpec, renderChart, standaloneSvg } from '@longhorizon/harness';
import { root } from '../../../../root.ts';
import type { Point } from '../../model/himmelblau.ts';
import type { Attractors } from './attractors.ts';

interface StartsRow {
  readonly K: number;
  readonly optimiser: string;
  readonly method: 'reptile' | 'trajectory-shifting';
  /** Not finite where a start overflowed. */
  readonly phi: readonly (readonly (number | null)[])[];
}

function resultOf<Result>(part: string): Result {
  const file = join(root, 'benchmarks', 'records', 'himmelblau', `${part}.json`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly result: Result }).result;
}

const range = [-12, 22] as const;
const inside = ([x, y]: Point) => [x, y].every((value) => value >= range[0] && value <= range[1]);
const axis = (field: string) => ({
  field,
  type: 'quantitative',
  scale: { domain: range, nice: false },
  axis: { title: null, values: [-10, -5, 0, 5, 10, 15, 20], grid: false },
});
const places = { x: axis('x'), y: axis('y') };
const asData = (points: readonly Point[]) => ({ values: points.map(([x, y]) => ({ x, y })) });

const minima = HIMMELBLAU_TASKS.flatMap(himmelblauMinima).filter(inside);
const background: ChartSpec = {
  data: asData(minima),
  mark: { type: 'point', shape: 'cross', size: 30, filled: true, color: '#b5b5b5', opacity: 1 },
  encoding: places,
};

function panel(title: string, layer: readonly ChartSpec[]): ChartSpec {
  return {
    title: { text: title, fontSize: 12, fontWeight: 'normal' },
    width: 250,
    height: 250,
    layer: [background, ...layer],
  };
}

function attractorsPanel(K: number): ChartSpec {
  const { attractors } = resultOf<Attractors>(`attractors-${K}`);
  const values = attractors.map(({ at: [x, y], starts }) => ({ x, y, area: 15 + starts }));
  return panel(`Reptile, K = ${K}: ${attractors.length} points of rest`, [
    {
      data: { values },
      mark: { type: 'point', filled: true, color: '#c0392b', opacity: 0.8 },
      encoding: { ...places, size: { field: 'area', type: 'quantitative', scale: null } },
    },
  ]);
}

const colours = { reptile: '#2c6fbb', 'trajectory-shifting': '#d9730d' } as const;
const names = { reptile: 'Reptile', 'trajectory-shifting': 'Trajectory Shifting' } as const;

function startsPanel(): ChartSpec {
  const rows = resultOf<readonly StartsRow[]>('starts-float64').filter(
    ({ K, optimiser }) => K === 80 && optimiser === 'momentum',
  );
  const ways = rows.flatMap(({ method, phi }) =>
    phi.flatMap((end, k) =>
      end.some((value) => value === null) ? [] : [{ method, from: HIMMELBLAU_STARTS[k]!, to: end as Point }],
    ),
  );
  const color = {
    field: 'method',
    type: 'nominal',
    scale: { domain: Object.values(names), range: Object.values(colours) },
    legend: { title: null, orient: 'bottom' },
  };
  return panel('φ after 240 inner steps, K = 80', [
    {
      data: {
        values: ways.map(({ method, from, to }) => ({
          x: from[0],
          y: from[1],
          toX: to[0],
          toY: to[1],
          method: names[method],
        })),
      },
      mark: { type: 'rule', strokeWidth: 1.5 },
      encoding: { ...places, x2: { field: 'toX' }, y2: { field: 'toY' }, color },
    },
    {
      data: { values: ways.map(({ method, to: [x, y] }) => ({ x, y, method: names[method] })) },
      mark: { type: 'point', filled: true, size: 40, opacity: 1 },
      encoding: { ...places, color },
    },
  ]);
}

const svg = await renderChart({
  hconcat: [attractorsPanel(5), attractorsPanel(100), startsPanel()],
  spacing: 30,
});
writeFileSync(join(root, 'docs', 'images', 'himmelblau.svg'), `${standaloneSvg(svg)}\n`);
