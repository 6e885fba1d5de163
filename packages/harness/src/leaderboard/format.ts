/** Numbers as people read them. Infinity is a miss, NaN and undefined are nothing measured. */

const minus = '−';

/** `4.0 KiB`, `12.3 MiB`; whole bytes below one KiB. */
export function bytesText(bytes: number | undefined | null): string {
  return scaled(bytes, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB'], 0);
}

/** `12 ns`, `3.4 µs`, `5.6 ms`, `1.2 s`, from milliseconds. */
export function timeText(ms: number | undefined | null): string {
  if (ms === undefined || ms === null || Number.isNaN(ms)) return '';
  return scaled(ms * 1e6, 1000, ['ns', 'µs', 'ms', 's'], 0);
}

/** `3.4 GFLOP/s`, `12 GB/s`. */
export function rateText(perSecond: number | undefined | null, unit: string): string {
  return scaled(
    perSecond,
    1000,
    ['', 'k', 'M', 'G', 'T', 'P'].map((prefix) => `${prefix}${unit}`),
    0,
  );
}

/** A number with a unit as a label of an axis: `64 KiB` where a table has `64.0 KiB`; nothing but 0 at zero. */
export function tickText(text: (value: number) => string): (value: number) => string {
  return (value) =>
    value === 0
      ? '0'
      : text(value)
          .replace(/(\d)\.0+(?=\D|$)/, '$1')
          .replace(/(\.\d*?)0+(?=\D|$)/, '$1');
}

/** Three significant digits, powers of ten where they are shorter. */
export function numberText(value: number | undefined | null): string {
  if (value === undefined || value === null || Number.isNaN(value)) return '';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : `${minus}∞`;
  if (value === 0) return '0';
  const size = Math.abs(value);
  const text = size >= 1e5 || size < 1e-3 ? exponentText(value) : plainText(value);
  return text.replace('-', minus);
}

/** A share as percent: `93.4 %`. */
export function percentText(share: number | undefined | null): string {
  if (share === undefined || share === null || Number.isNaN(share)) return '';
  if (!Number.isFinite(share)) return numberText(share);
  return `${(100 * share).toFixed(1).replace('-', minus)} %`;
}

/** A multiple: `1.84 ×`. */
export function timesText(ratio: number | undefined): string {
  if (ratio === undefined || Number.isNaN(ratio)) return '';
  return Number.isFinite(ratio) ? `${ratio.toPrecision(ratio < 10 ? 2 : 3)} ×` : '∞';
}

/** A whole number, with thin spaces between thousands from five digits on: `1234`, `12 345`. */
export function countText(value: number): string {
  if (Math.abs(value) < 9999.5) return String(Math.round(value));
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** T and p on axes and in tables: `1`, `1000`, `10⁶`. */
export function axisText(value: number): string {
  const exponent = Math.log10(value);
  return exponent >= 5 && Number.isInteger(exponent) ? `10${superscript(exponent)}` : countText(value);
}

function plainText(value: number): string {
  if (Math.abs(value) >= 999.5) return countText(value);
  return value
    .toPrecision(3)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

function exponentText(value: number): string {
  const [mantissa = '', exponent = '0'] = value.toExponential(1).split('e');
  const factor = mantissa.replace(/\.0$/, '');
  return `${factor === '1' ? '' : `${factor}·`}10${superscript(Number(exponent))}`;
}

function superscript(value: number): string {
  const digits = '⁰¹²³⁴⁵⁶⁷⁸⁹';
  return String(value)
    .split('')
    .map((character) => (character === '-' ? '⁻' : digits[Number(character)]))
    .join('');
}

function scaled(
  value: number | undefined | null,
  base: number,
  units: readonly string[],
  first: number,
): string {
  if (value === undefined || value === null || Number.isNaN(value)) return '';
  if (!Number.isFinite(value)) return '∞';
  if (value === 0) return `0 ${units[first]}`;
  let unit = first;
  let size = value;
  while (Math.abs(size) >= base * 0.9995 && unit + 1 < units.length) {
    size /= base;
    unit++;
  }
  const digits =
    unit === first && base === 1024 ? 0 : Math.abs(size) >= 99.95 ? 0 : Math.abs(size) >= 9.995 ? 1 : 2;
  return `${size.toFixed(digits)} ${units[unit]}`;
}
