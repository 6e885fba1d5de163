import type { Device } from '../board/device.ts';
import { axisText } from '../board/format.ts';
import type { ScalingCurve, ScalingQuantity } from '../board/scaling.ts';
import { firstCurves } from '../board/summary.ts';
import type { Suite } from '../cell/suite.ts';
import { standaloneSvg } from './chart.ts';
import { scalingChart } from './charts/scaling-chart.ts';
import { axisName, boardsByKind, problemTitle, type SiteContext } from './context.ts';

/** The two pictures that say most: memory and time against T for one problem at one p. */
export interface Headline {
  readonly suite: Suite;
  readonly device: Device;
  readonly problem: string;
  /** The p at which T grows. */
  readonly fixed: number;
  readonly curves: Readonly<Partial<Record<ScalingQuantity, readonly ScalingCurve[]>>>;
}

const quantities = ['memory', 'time'] as const;

/** The first suite that has a curve against T. */
export function headlineOf(context: SiteContext): Headline | undefined {
  for (const { suite, device, rows } of boardsByKind(context).methods) {
    const all = firstCurves(suite, rows, 'horizon');
    const [first] = all;
    if (first === undefined) continue;
    const of = (quantity: ScalingQuantity): readonly ScalingCurve[] =>
      all.filter((curve) => curve.quantity === quantity);
    const curves = Object.fromEntries(
      quantities.filter((quantity) => of(quantity).length > 0).map((quantity) => [quantity, of(quantity)]),
    );
    return { suite, device, problem: first.problem, fixed: first.fixed, curves };
  }
  return undefined;
}

/** What a headline's picture shows, in words. */
export function headlineTitle(headline: Headline, quantity: ScalingQuantity): string {
  return `${quantity === 'memory' ? 'Peak memory' : 'Time'} against ${axisName(headline.suite, 'horizon')}`;
}

/** Where a headline was measured, in words. */
export function headlinePlace({ suite, device, problem, fixed }: Headline): string {
  const where = `${axisName(suite, 'dimension')} = ${axisText(fixed)}`;
  return `${suite.title}: ${problemTitle(suite, problem)}, ${where}, on ${device.label}`;
}

/** One picture of a headline: for a page with a key of its own, or with a legend inside. */
export function headlineChart(
  context: SiteContext,
  headline: Headline,
  quantity: ScalingQuantity,
  legend = false,
): Promise<string> {
  return scalingChart(headline.curves[quantity] ?? [], {
    looks: context.looks,
    axisName: axisName(headline.suite, 'horizon'),
    theoryOf: (method) => context.methodOf(method)?.theory?.[quantity],
    ...(legend ? { legend } : {}),
  });
}

/** The headline as SVG files that stand alone, for READMEs and slides, by path. */
export async function pictureFiles(context: SiteContext): Promise<ReadonlyMap<string, string>> {
  const headline = headlineOf(context);
  const files = new Map<string, string>();
  if (headline === undefined) return files;
  for (const quantity of quantities) {
    if (headline.curves[quantity] === undefined) continue;
    files.set(
      `pictures/${quantity}.svg`,
      standaloneSvg(await headlineChart(context, headline, quantity, true)),
    );
  }
  return files;
}
