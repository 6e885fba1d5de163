/** @file The report of `longhorizon hypergrad` as text. */
import Table from 'cli-table3';
import type { HypergradReport, MethodReport } from './compute.ts';

/** Numbers of a vector that are shown; the JSON has all. */
const shown = 4;

/** The report as aligned tables. */
export function printReport(report: HypergradReport): string {
  const { problem, exact, adapter } = report;
  const first = tableOf(['', ...places(report)]);
  first.push(
    [
      'w_T',
      showVector(exact.weights),
      showVector(report.weights.reference),
      ...optional(report.weights.device, showVector),
    ],
    [
      'outer loss',
      showNumber(exact.outerLoss),
      showNumber(report.outerLoss.reference),
      ...optional(report.outerLoss.device, showNumber),
    ],
    ['dL/dλ', showVector(exact.hypergradient), '', ...(adapter === undefined ? [] : [''])],
  );
  const second = tableOf([
    'hypergradient',
    'float64',
    ...optional(adapter, String),
    'cosine',
    'error',
    'products',
  ]);
  for (const method of report.methods) second.push(methodRow(method, adapter !== undefined));
  const lines = [
    `${problem.name}: d = ${problem.d}, p = ${problem.p}, T = ${problem.T}`,
    first.toString(),
    second.toString(),
    ...report.methods.flatMap(({ refused }) => (refused === undefined ? [] : [refused])),
    'cosine and error (‖g − exact‖/‖exact‖) are those of the float64 numbers.',
  ];
  return lines.join('\n');
}

function places({ exact, adapter }: HypergradReport): string[] {
  return [exact.from, 'float64', ...optional(adapter, String)];
}

function methodRow(method: MethodReport, withDevice: boolean): string[] {
  const { title, hypergradient, agreement, divergedAt, counts, refused } = method;
  const blanks = (count: number) => Array<string>(count).fill('');
  if (refused !== undefined) return [title, 'does not apply', ...blanks(withDevice ? 4 : 3)];
  const vectors = [showVector(hypergradient!.reference), ...optional(hypergradient!.device, showVector)];
  const products = counts!.vjps + counts!.jvps + counts!.hvps;
  if (divergedAt !== undefined) {
    const step = divergedAt.reference ?? divergedAt.device;
    return [title, ...vectors, `diverged at step ${step}`, '', `${products}`];
  }
  const quality =
    agreement === undefined
      ? ['not finite', '']
      : [
          agreement.reference.cosine?.toFixed(6) ?? '–',
          agreement.reference.relativeError?.toExponential(2) ?? '–',
        ];
  return [title, ...vectors, ...quality, `${products}`];
}

function optional<Value>(value: Value | undefined, show: (value: Value) => string): string[] {
  return value === undefined ? [] : [show(value)];
}

function showNumber(value: number): string {
  return Number(value.toPrecision(10)).toString();
}

function showVector(values: readonly number[]): string {
  const numbers = values.slice(0, shown).map(showNumber);
  if (values.length > shown) numbers.push(`… (${values.length})`);
  return numbers.join(', ');
}

/** A table of columns apart from each other and nothing else. */
function tableOf(head: readonly string[]): Table.Table {
  const none = Object.fromEntries(
    [
      'top',
      'top-mid',
      'top-left',
      'top-right',
      'bottom',
      'bottom-mid',
      'bottom-left',
      'bottom-right',
      'left',
      'left-mid',
      'mid',
      'mid-mid',
      'right',
      'right-mid',
    ].map((part) => [part, '']),
  );
  return new Table({
    head: [...head],
    chars: { ...none, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
  });
}
