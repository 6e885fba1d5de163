/** @file The picture of the experiment: training loss and accuracy on the unseen set against inner steps, with 95 % intervals over the seeds. */
import { type ChartSpec, renderChart, standaloneSvg } from '@longhorizon/harness';
import type { ExperimentSummary, Mean, MethodSummary } from './summarise.ts';

const looks: Readonly<Record<string, readonly [title: string, colour: string]>> = {
  'trajectory-shifting': ['Trajectory Shifting', '#d9730d'],
  reptile: ['Reptile', '#2c6fbb'],
  leap: ['Leap', '#009e73'],
  fomaml: ['FOMAML', '#b8519a'],
  'multi-task': ['Multi-task', '#6b6b6b'],
};

type Point = Mean & { readonly step: number };

export async function pictureOf(summary: ExperimentSummary): Promise<string> {
  const horizons = [...new Set(summary.methods.map(({ horizon }) => horizon))].sort((a, b) => a - b);
  const rows = horizons.map((K) => {
    const own = summary.methods.filter(({ horizon }) => horizon === K);
    const losses = ({ losses, steps }: MethodSummary): readonly Point[] =>
      losses.map((loss, k) => ({ ...loss, step: steps[k]! }));
    return {
      hconcat: [
        panel(`Training loss, K = ${K}`, own, losses, 'log'),
        panel(`Accuracy on the unseen set, K = ${K}`, own, ({ accuracies }) => accuracies, 'linear'),
      ],
      spacing: 30,
    };
  });
  return `${standaloneSvg(await renderChart({ vconcat: rows, spacing: 20 }))}\n`;
}

function panel(
  title: string,
  methods: readonly MethodSummary[],
  pointsOf: (method: MethodSummary) => readonly Point[],
  scale: 'log' | 'linear',
): ChartSpec {
  const values = methods.flatMap((one) =>
    pointsOf(one).map(({ step, mean, ci95 }) => {
      const [method] = looks[one.method] ?? [one.method];
      const width = Number.isFinite(ci95) ? ci95 : 0;
      return { method, step, mean, low: Math.max(mean - width, 1e-9), high: mean + width };
    }),
  );
  const known = [...new Set(methods.map(({ method }) => method))]
    .sort()
    .map((method) => looks[method] ?? [method, '#2f8fcf']);
  const color = {
    field: 'method',
    type: 'nominal',
    scale: { domain: known.map(([name]) => name), range: known.map(([, colour]) => colour) },
    legend: { title: null, orient: 'bottom', symbolOpacity: 1 },
  };
  const x = { field: 'step', type: 'quantitative', axis: { title: 'Inner steps of each task', grid: false } };
  const y = (field: string) => ({
    field,
    type: 'quantitative',
    scale: scale === 'log' ? { type: 'log', nice: false } : { zero: false, nice: false },
    axis: { title: null, tickCount: 6 },
  });
  return {
    title: { text: title, fontSize: 12, fontWeight: 'normal' },
    width: 330,
    height: 220,
    data: { values },
    layer: [
      {
        mark: { type: 'area', opacity: 0.15 },
        encoding: { x, y: y('low'), y2: { field: 'high' }, color },
      },
      { mark: { type: 'line', strokeWidth: 1.8 }, encoding: { x, y: y('mean'), color } },
    ],
  };
}
