import { ceiling, peakBytes, peakOperations, type Roof } from '../../../measurements/roof/roof.ts';
import type { Dot } from './dots.ts';

const giga = (perSecond: number): string => (perSecond / 1e9).toPrecision(3);

export const regimeWords = { compute: 'arithmetic', memory: 'bandwidth', dispatch: 'the dispatch' } as const;

export const ceilingRows = (
  roof: Roof,
): readonly (readonly [name: string, value: string, unit: string, by: string])[] => {
  const rate = (name: string, of: Roof['memory'] | null, unit: string) =>
    of === null ? [] : [[name, giga(ceiling(of, roof.processors)), unit, of.kernel] as const];
  return [
    ...rate('memory', roof.memory, 'GB/s'),
    ...rate('cache', roof.cache, 'GB/s'),
    ...rate('fused multiply-adds', roof.fused, 'GFLOP/s'),
    ...rate('products and sums', roof.unfused, 'GFLOP/s'),
    ...rate('workgroup memory', roof.workgroup, 'GB/s'),
    ...rate('shuffles', roof.shuffle, '10⁹ values/s'),
    ['one more dispatch', (1000 * roof.dispatchMs).toPrecision(3), 'µs', 'empty dispatches in one pass'],
    ['a submission', (1000 * roof.launchMs).toPrecision(3), 'µs', 'one empty dispatch, queue done'],
    ['compiling', roof.compileMs.toPrecision(3), 'ms', 'the smallest module, to its first run'],
  ];
};

/** Operations a byte above which a kernel is held by arithmetic. */
export const ridge = (roof: Roof): number => peakOperations(roof) / peakBytes(roof, Number.POSITIVE_INFINITY);

export function roofText(roof: Roof): string {
  const rows = ceilingRows(roof).map(
    ([name, value, unit, by]) => `  ${name.padEnd(20)} ${value.padStart(8)} ${unit.padEnd(13)} ${by}`,
  );
  const host =
    roof.memory.perCpuSecond === null
      ? ''
      : `, by CPU time on ${roof.processors} processors where that is more`;
  return [
    `${roof.adapter}; ${roof.driver}; ${roof.date}, load ${roof.load.toFixed(1)}${host}`,
    ...rows,
    `  ${'ridge'.padEnd(20)} ${ridge(roof).toPrecision(3).padStart(8)} operations a byte of memory`,
  ].join('\n');
}

export function dotLine(dot: Dot): string {
  const { plan, dispatch, runs, kernel, ms, share, operations, bytes, issued, attainableMs, regime, fault } =
    dot;
  if (fault !== undefined) return `  ${plan} ${dispatch} ${kernel}: ${fault}`;
  const reuse = issued === undefined ? '' : `, issues ${(issued / bytes).toFixed(1)} × its bytes`;
  const numbers = [
    `${runs === 1 ? '' : `${runs} × `}${(1000 * ms).toFixed(1)} µs`.padStart(18),
    `${(100 * share).toFixed(0)} %`.padStart(6),
    `${(operations / ms / 1e6).toPrecision(3)} GFLOP/s`.padStart(19),
    `${(operations / Math.max(1, bytes)).toPrecision(3)} op/B`.padStart(12),
    `${((100 * attainableMs) / ms).toFixed(0)} % of the roof`.padStart(18),
  ];
  return `  ${`${plan} ${dispatch}`.padEnd(38)}${numbers.join('')}  (${regimeWords[regime]}${reuse})  ${kernel.slice(0, 60)}`;
}
