/** @file What stands behind a difference, in words: dispatches, bytes, shader text, variants, fusion, growth with T. */
import type { CellDifference, KernelChange } from './difference.ts';
import type { Facts } from './facts.ts';

const signed = (value: number): string => (value > 0 ? `+${value}` : `−${-value}`);

/** A share as a signed percentage. */
export function percent(share: number, digits = 1): string {
  const text = (100 * Math.abs(share)).toFixed(digits);
  return `${share < 0 ? '−' : '+'}${text} %`;
}

/** What differs in a cell, a sentence each; the same words for the same change, so that cells can be grouped by them. */
export function explain({ kernels, variants, results, trace, counters }: CellDifference): readonly string[] {
  const gone = kernels.filter(({ head }) => head === undefined);
  const come = kernels.filter(({ base }) => base === undefined);
  const lost = gone.length > 0 && come.length > gone.length && !results;
  const own = counters.filter(({ counter }) => isOwn(counter));
  const lines = [
    ...variants.map(({ kernel, base, head }) => `variant of ${kernel}: ${base} → ${head}`),
    ...(lost
      ? [`fusion lost: ${namesOf(gone)} became ${namesOf(come)}`]
      : kernels.filter(({ base, head }) => !base || !head).map(kernelText)),
    ...kernels.filter(({ base, head }) => base && head).map(kernelText),
    ...own.map(({ counter, base, head }) => `${counter}: ${base ?? 'none'} → ${head ?? 'none'}`),
    ...(results ? ['other results'] : []),
  ];
  if (lines.length > 0) return lines;
  return [trace ? 'the same commands in another order or with other contents' : 'nothing that has a name'];
}

/** Counters that no kernel's line repeats. */
const isOwn = (counter: string): boolean =>
  !['dispatches', 'workgroups', 'boundBytes', 'modules', 'pipelines', 'passes'].includes(counter);

const namesOf = (kernels: readonly KernelChange[]): string =>
  kernels.map(({ label }) => `"${label}"`).join(', ');

function kernelText({ label, base, head }: KernelChange): string {
  if (base === undefined) return `new kernel "${label}": ${head!.dispatches} dispatches`;
  if (head === undefined) return `kernel "${label}" gone: ${base.dispatches} dispatches`;
  const parts: string[] = [];
  if (base.dispatches !== head.dispatches) parts.push(`${base.dispatches} → ${head.dispatches} dispatches`);
  else if (base.workgroups !== head.workgroups)
    parts.push(`${base.workgroups} → ${head.workgroups} workgroups`);
  if (base.boundBytes !== head.boundBytes && base.boundBytes > 0)
    parts.push(`${percent(head.boundBytes / base.boundBytes - 1)} bytes bound`);
  if (base.modules !== head.modules) parts.push(`another shader${shaderText(base, head)}`);
  return `"${label}": ${parts.join(', ')}`;
}

function shaderText(
  base: NonNullable<KernelChange['base']>,
  head: NonNullable<KernelChange['head']>,
): string {
  const parts = (['loads', 'stores', 'barriers', 'characters'] as const).flatMap((name) =>
    base[name] === head[name] ? [] : [`${signed(head[name] - base[name])} ${name}`],
  );
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

/** How a counter of a cell grows with T. */
export interface Growth {
  /** A cell's name without its horizon. */
  readonly family: string;
  readonly counter: string;
  readonly base: number;
  readonly head: number;
}

/** An exponent that moved by more is another growth, whatever the constants are. */
const exponentTolerance = 0.1;

/** Exponents in T of dispatches and bytes that left the interval around the base's: cells at two horizons or more. */
export function changedGrowth(base: Facts, head: Facts): readonly Growth[] {
  return ['dispatches', 'measuredBytes'].flatMap((counter) => {
    const [before, after] = [exponents(base, counter), exponents(head, counter)];
    return [...after].flatMap(([family, exponent]) => {
      const earlier = before.get(family);
      if (earlier === undefined || Math.abs(exponent - earlier) <= exponentTolerance) return [];
      return [{ family, counter, base: earlier, head: exponent }];
    });
  });
}

function exponents(facts: Facts, counter: string): ReadonlyMap<string, number> {
  const points = new Map<string, { readonly horizon: number; readonly value: number }[]>();
  for (const [name, outcome] of Object.entries(facts)) {
    const found = /^(.*)\/T(\d+)(\/p\d+)$/.exec(name);
    const value = outcome.ok ? outcome.facts.counters[counter] : undefined;
    if (found === null || value === undefined || value <= 0) continue;
    const family = `${found[1]}${found[3]}`;
    points.set(family, [...(points.get(family) ?? []), { horizon: Number(found[2]), value }]);
  }
  return new Map(
    [...points].flatMap(([family, own]): [string, number][] => {
      const [first, last] = [own[0]!, own.at(-1)!];
      if (first.horizon === last.horizon) return [];
      return [[family, Math.log(last.value / first.value) / Math.log(last.horizon / first.horizon)]];
    }),
  );
}

/** What a call costs by its commands, measured on this machine beside the comparison. */
export interface Roofline {
  /** Milliseconds of a dispatch of nothing. */
  readonly dispatchMs: number;
  /** Milliseconds of moving a byte. */
  readonly byteMs: number;
}

/** The change of time that the change of dispatches and bytes bound predicts, as a share of the base's time. */
export function predictedChange(
  { kernels }: CellDifference,
  { dispatchMs, byteMs }: Roofline,
  baseMs: number,
): number {
  const ms = kernels.reduce((sum, { base, head }) => {
    const dispatches = (head?.dispatches ?? 0) - (base?.dispatches ?? 0);
    const bytes = (head?.boundBytes ?? 0) - (base?.boundBytes ?? 0);
    return sum + dispatches * dispatchMs + bytes * byteMs;
  }, 0);
  return ms / baseMs;
}
