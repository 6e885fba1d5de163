import { axisName } from '../../../cell/titles.ts';
import { axisText } from '../../../leaderboard/format.ts';
import { growthText } from '../../../leaderboard/growth.ts';
import { distinct, middle } from '../../../leaderboard/problems.ts';
import {
  type ScalingAxis,
  type ScalingCurve,
  type ScalingQuantity,
  scalingCurves,
} from '../../../leaderboard/scaling.ts';
import { agreesWithTheory, type PowerLaw } from '../../../statistics/fit.ts';
import type { Drawing } from '../../chart.ts';
import { scalingChart } from '../../charts/scaling-chart.ts';
import type { Leaderboard, SiteContext } from '../../context.ts';
import type { Growth } from '../../descriptions.ts';
import { type Content, type Html, html } from '../../html.ts';
import { figure } from '../../layout.ts';
import { type SiteColumn, siteTable } from '../../table.ts';
import { methodLink } from '../links.ts';

const quantities: readonly ScalingQuantity[] = ['memory', 'time'];

/** What methods cost as T and p grow on one problem and device; undefined where neither was varied. */
export async function scalingSection(
  context: SiteContext,
  leaderboard: Leaderboard,
): Promise<Html | undefined> {
  const sections: Html[] = [];
  for (const axis of ['horizon', 'dimension'] as const) {
    const section = await axisSection(context, leaderboard, axis);
    if (section !== undefined) sections.push(section);
  }
  if (sections.length === 0) return undefined;
  return html`<h3>Growth</h3>
<p class="small">Logarithmic axes. Grey and dashed: the slopes that theory names. × at the top edge marks a failure (out-of-memory, timeout, diverged), and fits are of
the points that are left. The tables say what one more step or hyperparameter adds: bytes exactly; time as a constant part + what one more adds, with its
95 % interval, from three points on and only where a line misses no point by more than a quarter. Exponents with their intervals say whether the growth
is a power law; a constant part makes them smaller than theory.</p>
${sections}`;
}

async function axisSection(
  context: SiteContext,
  { suite, rows }: Leaderboard,
  axis: ScalingAxis,
): Promise<Html | undefined> {
  const other = axis === 'horizon' ? 'dimension' : 'horizon';
  const [name, otherName] = [axisName(suite, axis), axisName(suite, other)];
  const curves = quantities.flatMap((quantity) => scalingCurves(rows, axis, quantity));
  const fixedValues = distinct(curves, (curve) => curve.fixed);
  const first = middle(fixedValues);
  if (first === undefined) return undefined;
  const blocks: Html[] = [];
  for (const fixed of [first, ...fixedValues.filter((value) => value !== first)]) {
    const own = curves.filter((curve) => curve.fixed === fixed);
    const where = `${otherName} = ${axisText(fixed)}`;
    const block = await fixedBlock(context, own, name, where, fixed === first);
    blocks.push(fixed === first ? block : html`<details><summary>${where}</summary>${block}</details>`);
  }
  return html`<h4>Against ${name}</h4>${blocks}`;
}

async function fixedBlock(
  context: SiteContext,
  curves: readonly ScalingCurve[],
  name: string,
  fixedText: string,
  open: boolean,
): Promise<Html> {
  const figures: Html[] = [];
  for (const quantity of quantities) {
    const own = curves.filter((curve) => curve.quantity === quantity && curve.points.length > 0);
    if (own.length === 0) continue;
    const theoryOf = (method: string): Growth | undefined =>
      context.methodOf(method, own[0]?.suite)?.theory?.[quantity];
    const draw = (): Promise<Drawing> =>
      scalingChart(own, { looks: context.looks, axisName: name, theoryOf });
    figures.push(await figure(`${titles[quantity]} against ${name}, ${fixedText}`, draw, context.takeFigure));
  }
  return html`<div class="charts">${figures}</div>
<details${open ? html` open` : ''}><summary>Growth, ${fixedText}</summary>${exponentTable(context, curves, name, { root: '../' })}</details>`;
}

/** A method's curves of both quantities along one line of the benchmark. */
interface FittedLine {
  readonly suite: string;
  readonly method: string;
  readonly variant: string;
  readonly place: string;
  readonly curves: Readonly<Partial<Record<ScalingQuantity, ScalingCurve>>>;
}

/**
 * What one more costs, and exponents beside the theory's: memory and time in one row.
 *
 * @param placeOf names the problem and the value of the other axis, where a table holds several
 */
export function exponentTable(
  context: SiteContext,
  curves: readonly ScalingCurve[],
  name: string,
  options: { readonly root?: string; readonly placeOf?: (curve: ScalingCurve) => string } = {},
): Html {
  const { root = '', placeOf = () => '' } = options;
  const lines = new Map<string, FittedLine>();
  for (const curve of curves) {
    const { suite, method, variant } = curve;
    const place = placeOf(curve);
    const key = [suite, method, variant, place].join('\n');
    const known = lines.get(key) ?? { suite, method, variant, place, curves: {} };
    lines.set(key, { ...known, curves: { ...known.curves, [curve.quantity]: curve } });
  }
  const columnsOf = (quantity: ScalingQuantity): readonly SiteColumn<FittedLine>[] => [
    {
      title: `${titles[quantity]} for one more ${name}`,
      note:
        quantity === 'memory'
          ? 'exact, from neighbouring points'
          : 'constant part + what one more adds, with its 95 % interval; from two points only their ratio',
      kind: 'number',
      show: (line) => growthText(line.curves[quantity]?.growth),
      value: (line) => {
        const { bytes, line: fit } = line.curves[quantity]?.growth ?? {};
        return bytes?.overall ?? fit?.slope.estimate;
      },
    },
    {
      title: `exponent of ${name}`,
      note: 'over the whole range, with its 95 % interval; from three points on',
      kind: 'number',
      show: (line) => lawText(line.curves[quantity]?.growth?.law),
      value: (line) => line.curves[quantity]?.growth?.law?.exponent,
    },
    {
      title: 'theory',
      kind: 'number',
      show: (line) => theoryText(context, line.curves[quantity]),
      value: (line) => theoryOf(context, line.curves[quantity]),
    },
  ];
  const columns: readonly SiteColumn<FittedLine>[] = [
    {
      title: 'Method',
      kind: 'name',
      show: (line) => (options.placeOf === undefined ? methodLink(context, line, root) : ''),
      value: (line) => line.method,
    },
    { title: 'Where', kind: 'text', show: (line) => line.place },
    { title: 'Variant', kind: 'text', show: (line) => line.variant },
    ...columnsOf('memory'),
    ...columnsOf('time'),
    { title: 'Missed', kind: 'text', show: missesText },
  ];
  const order = (line: FittedLine): number => context.methods.indexOf(line.method);
  return siteTable(
    columns,
    [...lines.values()].sort((a, b) => order(a) - order(b)),
    { label: `What one more ${name} costs` },
  );
}

const titles: Readonly<Record<ScalingQuantity, string>> = { memory: 'Peak memory', time: 'Time' };

function missesText({ curves }: FittedLine): string {
  return quantities
    .flatMap((quantity) => {
      const count = curves[quantity]?.misses.length ?? 0;
      return count === 0 ? [] : [`${quantity}: ${count}`];
    })
    .join(', ');
}

/** `0.98 (0.91 to 1.05)`; nothing without an interval. */
function lawText(law: PowerLaw | undefined): string {
  if (law?.interval === undefined) return '';
  const fixed = (value: number): string =>
    (Object.is(Math.round(value * 100), -0) ? 0 : value).toFixed(2).replace('-', '−');
  return `${fixed(law.exponent)} (${fixed(law.interval.low)} to ${fixed(law.interval.high)})`;
}

function theoryOf(context: SiteContext, curve: ScalingCurve | undefined): number | undefined {
  return curve === undefined
    ? undefined
    : context.methodOf(curve.method, curve.suite)?.theory?.[curve.quantity]?.[curve.axis];
}

function theoryText(context: SiteContext, curve: ScalingCurve | undefined): Content {
  const theory = theoryOf(context, curve);
  if (theory === undefined) return '';
  const law = curve?.growth?.law;
  const agrees = law === undefined ? undefined : agreesWithTheory(law, theory, 0.1);
  if (agrees === undefined || law === undefined) return String(theory);
  // Below theory is no contradiction: the constant part still counts. Above it is.
  const above = law.exponent > theory && !agrees;
  const title = agrees
    ? 'the fit agrees'
    : above
      ? 'it grows faster'
      : 'it is flatter: the constant part counts';
  return html`<span class="${agrees ? 'agrees' : above ? 'differs' : ''}" title="${title}">${theory}</span>`;
}
