import { type Agreement, exponentMeans } from '@longhorizon/bilevel';
import { bareTable } from '@longhorizon/harness/command-line';
import { curvatureNote } from '../input/curvature-note.ts';
import { showNumber, showVector } from '../input/table.ts';
import type { HypergradReport, MethodReport } from './compute.ts';

/** Errors below this are those of float64 itself, which differ from machine to machine. */
const smallest = 1e-12;

/** The report as aligned tables. */
export function printReport(report: HypergradReport): string {
  const { problem, exact, adapter } = report;
  const first = bareTable({ head: ['', ...places(report)] });
  first.push(
    [
      'w_T',
      ...optional(exact, ({ weights }) => showVector(weights)),
      showVector(report.weights.reference),
      ...optional(report.weights.device, showVector),
    ],
    [
      'outer loss',
      ...optional(exact, ({ outerLoss }) => showNumber(outerLoss)),
      showNumber(report.outerLoss.reference),
      ...optional(report.outerLoss.device, showNumber),
    ],
  );
  if (exact !== undefined)
    first.push(['dL/dλ', showVector(exact.hypergradient), '', ...(adapter === undefined ? [] : [''])]);
  const second = bareTable({
    head: [
      'hypergradient',
      'float64',
      ...optional(adapter, String),
      'cosine',
      'error',
      ...optional(adapter, () => 'error there'),
      'products',
    ],
  });
  for (const method of report.methods) second.push(methodRow(method, adapter !== undefined));
  const lines = [
    `${problem.name}: d = ${problem.d}, p = ${problem.p}, T = ${problem.T}`,
    first.toString(),
    second.toString(),
    ...report.methods.flatMap(({ refused }) => (refused === undefined ? [] : [refused])),
    ...report.methods.flatMap(({ title, nonPositiveCurvature: met }) =>
      curvatureNote(met?.reference ?? met?.device).map((note) => `${title}: ${note}`),
    ),
    ...exponentLine(report),
    exact === undefined
      ? 'There is no exact hypergradient: the steps have no derivative.'
      : `error is ‖g − exact‖/‖exact‖ in float64${adapter === undefined ? '' : `, then on ${adapter}`}.`,
  ];
  return lines.join('\n').replaceAll(/ +$/gm, '');
}

function exponentLine({ exponent, problem }: HypergradReport): string[] {
  if (exponent === null) return [];
  return [`λ̂_T = ${showNumber(exponent)} a step: ${exponentMeans(exponent, problem.T)}`];
}

function places({ exact, adapter }: HypergradReport): string[] {
  return [...optional(exact, ({ from }) => from), 'float64', ...optional(adapter, String)];
}

function methodRow(method: MethodReport, withDevice: boolean): string[] {
  const { title, hypergradient, agreement, divergedAt, diverged, counts, refused } = method;
  const width = withDevice ? 6 : 4;
  const row = (...cells: string[]) => [title, ...cells, ...Array<string>(width - cells.length).fill('')];
  if (refused !== undefined) return row('does not apply');
  const vectors = [showVector(hypergradient!.reference), ...optional(hypergradient!.device, showVector)];
  if (divergedAt !== undefined)
    return row(
      ...vectors,
      `diverged at step ${divergedAt.reference ?? divergedAt.device} (${diverged?.reference ?? diverged?.device})`,
    );
  if (agreement === undefined)
    return row(...vectors, hypergradient!.reference.every(Number.isFinite) ? '–' : 'not finite');
  return row(
    ...vectors,
    agreement.reference.cosine?.toFixed(6) ?? '–',
    showError(agreement.reference),
    ...optional(agreement.device, showError),
    `${counts!.vjps + counts!.jvps + counts!.hvps}`,
  );
}

function showError({ relativeError }: Agreement): string {
  if (relativeError === undefined) return '–';
  return relativeError < smallest ? `<${smallest}` : relativeError.toExponential(2);
}

function optional<Value>(value: Value | undefined, show: (value: Value) => string): string[] {
  return value === undefined ? [] : [show(value)];
}
