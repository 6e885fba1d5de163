/** @file A page with an adapter's roof, and every dispatch under it. It needs no script. */
import { renderChart } from '@longhorizon/harness';
import { ceiling, peakOperations, type Roof } from '../../../measurements/roof/roof.ts';
import type { Dot } from './dots.ts';
import { ceilingRows, regimeWords } from './text.ts';

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

interface Line {
  readonly x: number;
  readonly y: number;
  readonly roof: string;
}

/** The slanted roofs up to the flat ones. x: operations a byte, y: GFLOP/s. */
function roofLines(roof: Roof, least: number, most: number): readonly Line[] {
  const flat = [
    { name: 'fused multiply-adds', peak: ceiling(roof.fused, roof.processors) },
    { name: 'products and sums', peak: ceiling(roof.unfused, roof.processors) },
  ];
  const slanted = [
    { name: 'memory', rate: ceiling(roof.memory, roof.processors) },
    { name: 'cache', rate: ceiling(roof.cache, roof.processors) },
    { name: 'workgroup memory', rate: ceiling(roof.workgroup, roof.processors) },
  ];
  const top = peakOperations(roof);
  return [
    ...flat.flatMap(({ name, peak }) => [least, most].map((x) => ({ x, y: peak / 1e9, roof: name }))),
    ...slanted.flatMap(({ name, rate }) =>
      [least, Math.min(most, top / rate)].map((x) => ({ x, y: (x * rate) / 1e9, roof: name })),
    ),
  ];
}

async function chart(roof: Roof, dots: readonly Dot[]): Promise<string> {
  const points = dots
    .filter(({ operations, bytes, fault }) => operations > 0 && bytes > 0 && fault === undefined)
    .flatMap(({ operations, bytes, issued, ms, attainableMs, regime, share, plan }, k) => {
      const one = (of: number, time: number, kind: string) => ({
        x: operations / of,
        y: operations / time / 1e6,
        kind,
        share,
        plan,
        pair: k,
      });
      return [
        one(bytes, ms, 'bytes that have to move'),
        ...(issued === undefined ? [] : [one(issued, ms, 'bytes issued')]),
        // It lies at another height for each dispatch: as high as its operations are many.
        ...(regime === 'dispatch' ? [one(bytes, attainableMs, 'its latency roof')] : []),
      ];
    });
  const all = points.map(({ x }) => x);
  const [least, most] = [Math.min(0.05, ...all), Math.max(200, ...all)];
  const scale = { type: 'log', nice: false };
  const legend = { labelLimit: 0, titleLimit: 0 };
  return renderChart({
    width: 820,
    height: 460,
    layer: [
      {
        data: { values: roofLines(roof, least, most) },
        mark: { type: 'line', strokeWidth: 1.5, strokeDash: [5, 3] },
        encoding: {
          x: {
            field: 'x',
            type: 'quantitative',
            scale: { ...scale, domain: [least, most] },
            title: 'operations a byte',
          },
          y: {
            field: 'y',
            type: 'quantitative',
            // The flat roofs do not lie on the frame.
            scale: { ...scale, domainMax: (1.5 * peakOperations(roof)) / 1e9 },
            title: 'GFLOP/s',
          },
          color: { field: 'roof', type: 'nominal', title: 'roof', legend },
        },
      },
      {
        data: { values: points },
        mark: { type: 'line', stroke: '#999', strokeWidth: 0.8 },
        encoding: {
          x: { field: 'x', type: 'quantitative' },
          y: { field: 'y', type: 'quantitative' },
          detail: { field: 'pair', type: 'nominal' },
        },
      },
      {
        data: { values: points },
        mark: { type: 'point', filled: true, opacity: 0.65 },
        encoding: {
          x: { field: 'x', type: 'quantitative' },
          y: { field: 'y', type: 'quantitative' },
          size: {
            field: 'share',
            type: 'quantitative',
            title: "share of its row's time",
            scale: { range: [20, 300] },
            legend,
          },
          shape: { field: 'kind', type: 'nominal', title: 'dot', legend },
        },
      },
    ],
  });
}

const cells = (kind: 'td' | 'th', values: readonly string[]): string =>
  `<tr>${values.map((value) => `<${kind}>${escaped(value)}</${kind}>`).join('')}</tr>`;

function dotRow(dot: Dot): string {
  const { plan, dispatch, runs, kernel, ms, share, operations, bytes, issued, attainableMs, regime, fault } =
    dot;
  return cells('td', [
    `${plan} ${dispatch}`,
    kernel,
    String(runs),
    (1000 * ms).toPrecision(4),
    `${(100 * share).toFixed(1)} %`,
    (operations / ms / 1e6).toPrecision(3),
    (operations / Math.max(1, bytes)).toPrecision(3),
    issued === undefined ? '' : (operations / issued).toPrecision(3),
    (operations / attainableMs / 1e6).toPrecision(3),
    fault ?? `${((100 * attainableMs) / ms).toFixed(0)} %, held by ${regimeWords[regime]}`,
  ]);
}

const style = `body{font:15px/1.45 system-ui,sans-serif;max-width:1200px;margin:2rem auto;padding:0 1rem;color:#1b1b1b}
table{border-collapse:collapse;font-size:13px}td,th{padding:.2rem .6rem;border-bottom:1px solid #ddd;text-align:left;vertical-align:top}
.chart{overflow-x:auto}@media(prefers-color-scheme:dark){body{background:#181818;color:#e6e6e6;--ink:#e6e6e6;--ink-faint:#aaa;--rule:#444}}`;

/** The page as HTML. */
export async function roofPage(roof: Roof, dots: readonly Dot[]): Promise<string> {
  const columns = [
    'dispatch',
    'kernel',
    'runs',
    'µs',
    'share',
    'GFLOP/s',
    'op/B',
    'op/B issued',
    'attainable GFLOP/s',
    'of the roof',
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Roofline of ${escaped(roof.adapter)}</title><style>${style}</style></head><body>
<h1>Roofline of ${escaped(roof.adapter)}</h1>
<p>${escaped(roof.driver)}, measured on ${escaped(roof.date)} with ${roof.load.toFixed(1)} processes wanting to run. Roofs are the most that small kernels
reached; a dot is one dispatch of a row of the benchmark, its size the share of the row's time in dispatches, each as often as the row runs it. Where the
library runs steps inside one dispatch, their kernels are drawn as they are one by one. A pair of joined dots shows the bytes that have to move and the
bytes that the kernel's loads and stores ask for: what lies between them is found in registers and caches. Below ${(1000 * roof.dispatchMs).toFixed(0)} µs a
dispatch is held by being dispatched: its latency roof, to which it is joined, is what it would reach in that time.</p>
<div class="chart">${await chart(roof, dots)}</div>
<h2>Ceilings</h2><table>${cells('th', ['ceiling', 'value', 'unit', 'measured by'])}${ceilingRows(roof)
    .map((row) => cells('td', [...row]))
    .join('\n')}</table>
<h2>Dispatches</h2><table>${cells('th', columns)}${dots.map(dotRow).join('\n')}</table>
</body></html>
`;
}
