import type { Spec } from 'vega';
import type { Config, TopLevelSpec } from 'vega-lite';
import { tidySvg } from './tidy-svg.ts';

/** Colours of the frame come from the theme of the page; fallbacks serve where an SVG stands alone. */
const ink = 'var(--ink, #1b1b1b)';
const faint = 'var(--ink-faint, #6a6a6a)';
const rule = 'var(--rule, #d9d9d9)';
const font = 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

const config: Config = {
  background: 'transparent',
  font,
  view: { stroke: null },
  axis: {
    domainColor: rule,
    gridColor: rule,
    gridOpacity: 0.7,
    tickColor: rule,
    tickSize: 4,
    labelColor: faint,
    labelFontSize: 12.5,
    labelPadding: 5,
    titleColor: ink,
    titleFontSize: 13,
    titleFontWeight: 'normal',
    titlePadding: 8,
  },
  legend: { labelColor: ink, titleColor: ink },
};

/** Why a picture has no axis: doubles end at 1.8e308, and so do sums of what it shows. */
export const tooLarge = 'some of its numbers are not finite or too large to draw.';

/** A chart in Vega-Lite's JSON: data, marks, encoding. Its own types refuse read-only data, so they end here. */
export type ChartSpec = Readonly<Record<string, unknown>>;

/** A number or a text of a chart, by column. */
export type ChartRow = Readonly<Record<string, string | number>>;

/** A chart, and the numbers it is drawn from. */
export interface Drawing {
  readonly svg: string;
  readonly data: readonly ChartRow[];
}

/** Renders a chart together with its numbers; see {@link renderChart}. */
export async function drawChart(spec: ChartSpec, data: readonly ChartRow[]): Promise<Drawing> {
  return { svg: await renderChart(spec), data };
}

/**
 * Renders a Vega-Lite chart as SVG text. No browser is needed, equal charts give equal bytes, and all colours
 * follow the theme of the page the SVG stands in.
 *
 * @param spec data and encoding; fonts, axes and background are added here
 */
export async function renderChart(spec: ChartSpec): Promise<string> {
  // Loaded when the first chart is drawn: processes that only measure do without.
  const [{ parse, View }, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const whole: object = { ...spec, config };
  const compiled = compile(whole as TopLevelSpec).spec as Spec;
  const view = new View(parse(compiled), { renderer: 'none' });
  const svg = await view.toSVG();
  view.finalize();
  const markup = svg.replace(/ aria-label="[^"]*"/g, '').replace(/>[^<]*</g, '><');
  // Names inside an SVG are numbered over the whole process and clash between charts of one page.
  if (markup.includes('url(#'))
    throw new Error('internal: a chart uses clips or gradients, whose names are not stable.');
  if (/="[^"]*\b(?:NaN|Infinity)\b/.test(markup)) throw new Error(tooLarge);
  return tidy(svg);
}

/** Takes out what says nothing: Vega's bookkeeping classes, digits below a hundredth of a pixel, and all that {@link tidySvg} finds. Text stays as it is. */
function tidy(svg: string): string {
  const short = svg
    .replace(/<[^>]+>/g, (tag) =>
      tag
        .replace(/ class="(?!marks)[^"]*"/g, '')
        .replace(/ (?:aria-roledescription|pointer-events|role)="[^"]*"/g, '')
        // A screen reader meets one picture with a sentence, not a mark at a time; the script shows what marks say.
        .replace(/ aria-label="([^"]*)"/g, (_, label: string) =>
          label.includes(' · ') ? ` data-label="${label}"` : '',
        )
        .replace(/ opacity="1"/g, '')
        .replace(/ (?:d|transform|[xy][12]?)="[^"]*"/g, (attribute) =>
          attribute.replace(/(\d\.\d{2})\d+/g, '$1'),
        )
        .replace(/ font-family="[^"]*"/g, ''),
    )
    .replace('<svg ', `<svg font-family="${font.replaceAll('"', "'")}" `);
  return tidySvg(short);
}

/** An SVG for a page with our style sheet, which needs no name of its language and no colours beside those of the theme. */
export function inlineSvg(svg: string): string {
  return svg
    .replace(/ (?:xmlns(?::xlink)?|version)="[^"]*"/g, '')
    .replace(/="var\((--[a-z0-9-]+), [^)]+\)"/g, '="var($1)"');
}

/** An SVG for places without our style sheet: variables of the theme give way to their light colours. */
export function standaloneSvg(svg: string): string {
  const coloured = svg.replace(
    /(?:fill|stroke)="var\(--[a-z0-9-]+, ([^)]+)\)"/g,
    (attribute, colour: string) => attribute.replace(/"var.*"/, `"${colour}"`),
  );
  return coloured.replace(/(<svg [^>]*>)/, '$1<rect width="100%" height="100%" fill="white"/>');
}

/** An axis of a chart: where its ticks are and what they say. */
export interface Ticks {
  readonly values: readonly number[];
  readonly labelExpr: string;
}

/** Ticks with labels chosen here; Vega's own know neither KiB nor µs. */
export function ticksOf(values: readonly number[], label: (value: number) => string): Ticks {
  const labels = Object.fromEntries(values.map((value) => [String(value), label(value)]));
  return { values, labelExpr: `(${JSON.stringify(labels)})[datum.value]` };
}

/**
 * Ticks of a logarithmic axis: 1, 2, 5, 10, 20 … where they fit, else powers of ten; for bytes powers of two,
 * four, sixteen. At most `most`, so that labels do not collide.
 */
export function logTicks(numbers: readonly number[], unit: 'decimal' | 'bytes', most = 6): readonly number[] {
  const usable = numbers.filter((value) => value > 0 && Number.isFinite(value));
  if (usable.length === 0) return [1];
  const [low, high] = [Math.min(...usable) * (1 - 1e-9), Math.max(...usable) * (1 + 1e-9)];
  const inside = (ticks: readonly number[]): readonly number[] =>
    ticks.filter((tick) => tick >= low && tick <= high);
  const candidates =
    unit === 'bytes'
      ? [1, 2, 4, 6, 8].map((step) => powers(2, step, low, high))
      : [
          [1, 2, 5].flatMap((digit) => powers(10, 1, low, high).map((power) => digit * power)),
          ...[1, 2, 3, 4, 6].map((step) => powers(10, step, low, high)),
        ];
  const fitting = candidates.map(inside).filter((ticks) => ticks.length <= most);
  return [...(fitting[0] ?? [])].sort((a, b) => a - b);
}

/** Powers of a base, every `step`-th, from at most `low` to at least `high`. */
function powers(base: number, step: number, low: number, high: number): readonly number[] {
  const from = Math.floor(Math.log(low) / Math.log(base) / step) * step;
  const to = Math.ceil(Math.log(high) / Math.log(base) / step) * step;
  // 10 ** -3 is 0.001 only after rounding.
  return Array.from({ length: (to - from) / step + 1 }, (_, index) =>
    Number((base ** (from + step * index)).toPrecision(15)),
  );
}
