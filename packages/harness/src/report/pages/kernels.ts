import { axisName, problemTitle } from '../../cell/titles.ts';
import { axisText, percentText, rateText, timeText } from '../../leaderboard/format.ts';
import { distinct, problemsOf } from '../../leaderboard/problems.ts';
import type { LeaderboardRow } from '../../leaderboard/row.ts';
import type { KernelSection } from '../../record/measurement.ts';
import { shareChart } from '../charts/bar-chart.ts';
import { leaderboardsByKind, type SiteContext } from '../context.ts';
import { type Content, type Html, html } from '../html.ts';
import { chartKey, figure, type Page } from '../layout.ts';
import { numbers, type SiteColumn, siteTable } from '../table.ts';
import { cellLinks, hasBadges, troubleBadges } from './cell-links.ts';
import { methodLink } from './links.ts';

/** A kernel's row with its rates. */
interface KernelRow {
  readonly row: LeaderboardRow;
  readonly kernel: KernelSection | undefined;
  /** Achieved over the peak that binds it; undefined where no peak was measured. */
  readonly share: number | undefined;
  /** What binds it. */
  readonly bound: 'arithmetic' | 'memory' | undefined;
  /** Its time over that of our own kernel at the same point. */
  readonly ratio: number | undefined;
}

/** Kernels against the adapter's measured peak and against peers. */
export async function kernelsPage(context: SiteContext): Promise<Page | undefined> {
  const sections: Html[] = [];
  const methods = new Set<string>();
  for (const { suite, device, rows, id } of leaderboardsByKind(context).kernels) {
    const others = new Set(
      suite.methods.filter(({ role = 'method' }) => role !== 'method').map((method) => method.name),
    );
    const order = suite.methods.map((method) => method.name);
    const kernels = problemsOf({ suite, rows }).flatMap((problem) =>
      rows
        .filter((row) => row.problem === problem)
        .sort((a, b) => a.dimension - b.dimension || order.indexOf(a.method) - order.indexOf(b.method))
        .map((row) => kernelRow(row, rows, others)),
    );
    for (const row of rows) methods.add(row.method);
    const bars = kernels.flatMap(({ row, share }) => {
      const group = severalSizes(rows, row.problem)
        ? `${row.problem} ${axisText(row.dimension)}`
        : row.problem;
      return share === undefined
        ? []
        : [
            {
              group,
              method: row.method,
              share,
              label: `${row.method} · ${group} · ${percentText(share)} of the peak`,
            },
          ];
    });
    const chart =
      bars.length === 0
        ? ''
        : await figure(
            'Share of the measured roofline peak, kernel by kernel',
            () => shareChart(bars, 'Share of the peak', context.looks),
            context.takeFigure,
          );
    sections.push(
      html`<h2 id="${id}">${suite.title}<small>${device.label}</small></h2>${peakText(rows)}${chart}${kernelTable(
        context,
        kernels,
        {
          title: (name) => problemTitle(suite, name),
          size: axisName(suite, 'dimension'),
        },
      )}`,
    );
  }
  if (sections.length === 0) return undefined;
  const shown = context.methods.filter((method) => methods.has(method));
  const body = html`<h1>Kernels</h1>
<p>Each kernel compared with the best rate measured on the same adapter and with other libraries on the same work. A kernel is bound by
arithmetic or by memory, whichever takes longer at its peak rate (a roofline); its share is relative to that peak.</p>
${chartKey(shown, context.looks, (method) => method)}
${sections}`;
  return { path: 'kernels.html', title: 'Kernels', body };
}

/** Whether a kernel was measured at several sizes; else its name says which. */
function severalSizes(rows: readonly LeaderboardRow[], problem: string): boolean {
  return (
    distinct(
      rows.filter((row) => row.problem === problem),
      (row) => row.dimension,
    ).length > 1
  );
}

function kernelRow(
  row: LeaderboardRow,
  rows: readonly LeaderboardRow[],
  others: ReadonlySet<string>,
): KernelRow {
  const kernel = row.records.find((record) => record.kernel !== undefined)?.kernel;
  const seconds =
    row.time !== undefined && Number.isFinite(row.time.median) ? row.time.median / 1000 : undefined;
  const bounds = kernel === undefined ? [] : boundsOf(kernel);
  const binding = bounds.sort((a, b) => b.seconds - a.seconds)[0];
  const own = rows.find((other) => other.point === row.point && !others.has(other.method));
  const ownMs = own === row ? undefined : own?.time?.median;
  return {
    row,
    kernel,
    share: seconds === undefined || binding === undefined ? undefined : binding.seconds / seconds,
    bound: binding?.bound,
    ratio: ownMs === undefined || seconds === undefined ? undefined : (1000 * seconds) / ownMs,
  };
}

/** The least time at the peak of arithmetic and at that of memory. */
function boundsOf(
  kernel: KernelSection,
): { readonly bound: 'arithmetic' | 'memory'; readonly seconds: number }[] {
  const least = (work: number | null, peak: number | null | undefined): number =>
    (work ?? 0) / (peak ?? Number.POSITIVE_INFINITY);
  const all = [
    { bound: 'arithmetic' as const, seconds: least(kernel.flops, kernel.peakFlopsPerSecond) },
    { bound: 'memory' as const, seconds: least(kernel.bytesMoved, kernel.peakBytesPerSecond) },
  ];
  return all.filter(({ seconds }) => seconds > 0);
}

function peakText(rows: readonly LeaderboardRow[]): Content {
  const kernels = rows.flatMap((row) => row.records.flatMap((record) => record.kernel ?? []));
  const flops = Math.max(0, ...kernels.map((kernel) => kernel.peakFlopsPerSecond ?? 0));
  const bytes = Math.max(0, ...kernels.map((kernel) => kernel.peakBytesPerSecond ?? 0));
  if (flops + bytes === 0) return '';
  const parts = [flops > 0 ? rateText(flops, 'FLOP/s') : '', bytes > 0 ? rateText(bytes, 'B/s') : ''].filter(
    (text) => text !== '',
  );
  return html`<p>Measured peak: ${parts.join(' and ')}.</p>`;
}

function kernelTable(
  context: SiteContext,
  kernels: readonly KernelRow[],
  names: { readonly title: (problem: string) => string; readonly size: string },
): Html {
  const rate = (work: number | null | undefined, { row }: KernelRow): number | undefined =>
    work == null || row.time === undefined || !Number.isFinite(row.time.median)
      ? undefined
      : work / (row.time.median / 1000);
  const columns: readonly SiteColumn<KernelRow>[] = [
    { title: 'Kernel', kind: 'text', filter: true, show: ({ row }) => names.title(row.problem) },
    numbers(
      names.size,
      ({ row }) => row.dimension,
      (size = 0) => axisText(size),
      { filter: true },
    ),
    {
      title: 'Library',
      kind: 'text',
      filter: true,
      show: ({ row }) => methodLink(context, row),
      value: ({ row }) => row.method,
    },
    numbers('Time', ({ row }) => row.time?.median, timeText),
    numbers(
      'Arithmetic',
      (entry) => rate(entry.kernel?.flops, entry),
      (found) => rateText(found, 'FLOP/s'),
    ),
    numbers(
      'Memory',
      (entry) => rate(entry.kernel?.bytesMoved, entry),
      (found) => rateText(found, 'B/s'),
    ),
    numbers('Share of peak', ({ share }) => share, percentText),
    { title: 'Bound by', kind: 'text', show: ({ bound }) => bound ?? '' },
    numbers(
      'Relative to ours',
      ({ ratio }) => ratio,
      (ratio) => (ratio === undefined ? '' : `${ratio.toFixed(2)} ×`),
      { note: 'time divided by that of our kernel: above 1, ours is faster' },
    ),
    { title: 'Remarks', kind: 'text', show: ({ row }) => (hasBadges(row) ? troubleBadges(row) : '') },
    { title: 'Variant', kind: 'text', show: ({ kernel }) => kernel?.variant ?? '' },
    { title: 'Cells', kind: 'text', show: ({ row }) => cellLinks(row, context) },
  ];
  return siteTable(columns, kernels, { label: 'Kernels', addressed: true, group: ({ row }) => row.point });
}
