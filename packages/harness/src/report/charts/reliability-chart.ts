import type { ReliabilityBin } from '../../leaderboard/reliability.ts';
import { type Drawing, drawChart } from '../chart.ts';
import { faint, layer, told } from './parts.ts';

/** Bars of accuracy by confidence; on the dashed line a network is as sure as it is right. */
export async function reliabilityChart(bins: readonly ReliabilityBin[], colour: string): Promise<Drawing> {
  const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
  const values = bins.flatMap(({ count, confidence, accuracy }, place) =>
    count === 0
      ? []
      : [
          {
            from: place / bins.length,
            to: (place + 1) / bins.length,
            accuracy,
            count: String(count),
            label: `${percent(confidence)} sure · ${percent(accuracy)} right · ${count} predictions`,
          },
        ],
  );
  const share = { domain: [0, 1], nice: false };
  const axis = { values: [0, 0.5, 1], labelExpr: "round(100 * datum.value) + ' %'" };
  const x = { field: 'from', type: 'quantitative', scale: share, axis: { ...axis, title: 'confidence' } };
  const y = { field: 'accuracy', type: 'quantitative', scale: share, axis: { ...axis, title: 'accuracy' } };
  const spec = {
    width: 190,
    height: 150,
    layer: [
      layer(
        values,
        { type: 'bar', color: colour, opacity: 0.75, binSpacing: 1 },
        { x: { ...x, bin: 'binned' }, x2: { field: 'to' }, y, description: told('label') },
      ),
      layer(
        [0, 1].map((share) => ({ from: share, accuracy: share })),
        { type: 'line', strokeDash: [4, 3], color: faint },
        { x, y },
      ),
    ],
  };
  return drawChart(
    spec,
    bins.map(({ count, confidence, accuracy }) => ({ count, confidence, accuracy })),
  );
}
