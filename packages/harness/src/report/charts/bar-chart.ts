import { type Drawing, drawChart, ticksOf } from '../chart.ts';
import type { Looks } from '../palette.ts';
import { byMethod, evenTicks, named, told } from './parts.ts';

/** One bar. */
export interface Bar {
  /** The group it stands in: a kernel at a size. */
  readonly group: string;
  readonly method: string;
  /** From 0 to 1. */
  readonly share: number;
  readonly label: string;
}

/** Shares of a peak as bars in groups. */
export async function shareChart(bars: readonly Bar[], title: string, looks: Looks): Promise<Drawing> {
  const methods = [...new Set(bars.map((bar) => bar.method))];
  const groups = [...new Set(bars.map((bar) => bar.group))];
  const most = Math.max(1, ...bars.map((bar) => bar.share));
  const ticks = evenTicks(0, most, most > 1.25 ? 0.5 : 0.25).filter((tick) => tick <= most);
  const spec = {
    width: 400,
    height: { step: 13 },
    data: { values: bars },
    mark: { type: 'bar' },
    encoding: {
      y: { ...named('group', groups), scale: { paddingInner: 0.35 } },
      yOffset: { field: 'method', type: 'nominal', sort: methods },
      x: {
        field: 'share',
        type: 'quantitative',
        scale: { domain: [0, most], nice: false },
        axis: { title, orient: 'top', ...ticksOf(ticks, (value) => `${Math.round(100 * value)} %`) },
      },
      color: byMethod(methods, looks, 'colour'),
      description: told('label'),
    },
  };
  return drawChart(
    spec,
    bars.map(({ group, method, share }) => ({ kernel: group, method, share })),
  );
}
