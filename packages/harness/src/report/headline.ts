import type { Suite } from '../cell/suite.ts';
import { axisName, problemTitle } from '../cell/titles.ts';
import type { Device } from '../leaderboard/device.ts';
import { axisText } from '../leaderboard/format.ts';
import type { LeaderboardRow } from '../leaderboard/row.ts';
import type { ScalingCurve, ScalingQuantity } from '../leaderboard/scaling.ts';
import { firstCurves } from '../leaderboard/summary.ts';
import type { Drawing } from './chart.ts';
import { lineChart } from './charts/line-chart.ts';
import { scalingChart } from './charts/scaling-chart.ts';
import { leaderboardsByKind, type SiteContext } from './context.ts';
import { errorAxis, errorLines } from './quality-lines.ts';

/** The pictures that say most: memory, time and error against T for one problem at one p. */
export interface Headline {
  readonly suite: Suite;
  readonly device: Device;
  readonly problem: string;
  /** The p at which T grows. */
  readonly fixed: number;
  readonly curves: Readonly<Partial<Record<ScalingQuantity, readonly ScalingCurve[]>>>;
  /** Rows of that problem and p with the error of a hypergradient; none in suites without. */
  readonly judged: readonly LeaderboardRow[];
}

/** What a picture of a headline shows. */
export type HeadlineQuantity = ScalingQuantity | 'error';

const quantities = ['memory', 'time'] as const;

/** The first suite that has a curve against T. */
export function headlineOf(context: SiteContext): Headline | undefined {
  for (const { suite, device, rows } of leaderboardsByKind(context).methods) {
    const order = ({ method }: ScalingCurve): number => context.methods.indexOf(method);
    const all = [...firstCurves(suite, rows, 'horizon')].sort((a, b) => order(a) - order(b));
    const [first] = all;
    if (first === undefined) continue;
    const of = (quantity: ScalingQuantity): readonly ScalingCurve[] =>
      all.filter((curve) => curve.quantity === quantity);
    const curves = Object.fromEntries(
      quantities.filter((quantity) => of(quantity).length > 0).map((quantity) => [quantity, of(quantity)]),
    );
    const { problem, fixed, profile } = first;
    const judged = rows.filter(
      (row) =>
        row.problem === problem &&
        row.dimension === fixed &&
        row.profile === profile &&
        row.gradient?.relativeError !== undefined,
    );
    return { suite, device, problem, fixed, curves, judged };
  }
  return undefined;
}

/** What a headline's picture shows, in words. */
export function headlineTitle(headline: Headline, quantity: HeadlineQuantity): string {
  return `${titles[quantity]} against ${axisName(headline.suite, 'horizon')}`;
}

const titles: Readonly<Record<HeadlineQuantity, string>> = {
  memory: 'Peak memory',
  time: 'Time',
  error: 'Relative error of the hypergradient',
};

/** The pictures that a headline has. */
export function headlineQuantities({ curves, judged }: Headline): readonly HeadlineQuantity[] {
  const costs = quantities.filter((quantity) => curves[quantity] !== undefined);
  return judged.length === 0 ? costs : [...costs, 'error'];
}

/** Where a headline was measured, in words. */
export function headlinePlace({ suite, device, problem, fixed }: Headline): string {
  const where = `${axisName(suite, 'dimension')} = ${axisText(fixed)}`;
  return `${suite.title}: ${problemTitle(suite, problem)}, ${where}, on ${device.label}`;
}

/** One picture of a headline. */
export function headlineChart(
  context: SiteContext,
  headline: Headline,
  quantity: HeadlineQuantity,
): Promise<Drawing> {
  if (quantity === 'error') {
    const T = axisName(headline.suite, 'horizon');
    return lineChart(errorLines(context, headline.judged, T), {
      looks: context.looks,
      x: { title: T, scale: 'log', text: axisText },
      y: errorAxis,
    });
  }
  return scalingChart(headline.curves[quantity] ?? [], {
    looks: context.looks,
    axisName: axisName(headline.suite, 'horizon'),
    theoryOf: (method) => context.methodOf(method)?.theory?.[quantity],
  });
}
