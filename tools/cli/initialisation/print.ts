/** @file The report of `longhorizon initialisation` on quadratic tasks as text. */

import { bareTable } from '@longhorizon/harness/command-line';
import { curvatureNote } from '../input/curvature-note.ts';
import { showNumber, showVector } from '../input/table.ts';
import type {
  InitialisationMethodReport,
  InitialisationReport,
  StepReport,
  TrajectoryReport,
} from './compute.ts';

/** Steps of a table without gaps; of more, the first ones and the ends of trajectories are shown. The JSON has all. */
const mostSteps = 30;
/** Tasks that are shown; the JSON has all. */
const mostTasks = 3;

/** @param approximation the name of the method that the exact one is the truth of */
export function printInitialisations(report: InitialisationReport, approximation: string): string {
  const { tasks, d, K, trajectories, exact, methods, adapter } = report;
  const lines = [
    `${tasks} quadratic tasks: d = ${d}, K = ${K}, ${trajectories} ${trajectories === 1 ? 'trajectory' : 'trajectories'}; values after each inner step, its meta-update and shift`,
    ...methods.flatMap((method) => [
      '',
      method.title,
      tableFor(method, report, method.name === approximation ? exact.reference : undefined),
      ...closing(method),
    ]),
    '',
    `Without the approximation: ${exact.title}`,
    tableFor(exact, report),
    ...(adapter === undefined
      ? []
      : ['', `there: the largest difference of any number from float64, on ${adapter}.`]),
  ];
  return lines.join('\n').replaceAll(/ +$/gm, '');
}

function tableFor(
  { reference, device }: InitialisationMethodReport,
  { K, tasks }: InitialisationReport,
  exact?: TrajectoryReport,
): string {
  const shown = Math.min(tasks, mostTasks);
  const table = bareTable({
    head: [
      'step',
      'φ',
      ...Array.from({ length: shown }, (_, t) => `θ_${t + 1}`),
      'loss before',
      ...(exact === undefined ? [] : ['φ, exact shift']),
      ...(device === undefined ? [] : ['there']),
    ],
  });
  for (const step of reference.steps.filter((one) => isShown(one.step, K, reference.steps.length))) {
    const at = step.step - 1;
    table.push([
      `${step.step}`,
      showVector(step.phi),
      ...step.theta.slice(0, shown).map(showVector),
      showNumber(step.loss),
      ...(exact === undefined ? [] : [exact.steps[at] === undefined ? '' : showVector(exact.steps[at].phi)]),
      ...(device === undefined ? [] : [showDifference(step, device.steps[at])]),
    ]);
  }
  return table.toString();
}

function isShown(step: number, K: number, steps: number): boolean {
  return steps <= mostSteps || step <= Math.min(5, K) || step % K === 0;
}

function showDifference(a: StepReport, b: StepReport | undefined): string {
  if (b === undefined) return 'diverged';
  const [left, right] = [a, b].map(({ phi, theta }) => [...phi, ...theta.flat()]);
  return Math.max(...left!.map((value, j) => Math.abs(value - right![j]!))).toExponential(1);
}

function closing({ reference, device }: InitialisationMethodReport): string[] {
  const { counts, divergedAt, diverged } = reference;
  const work = `${counts.gradients} gradients${counts.hvps === 0 ? '' : `, ${counts.hvps} Hessian products`}`;
  const where = diverged === 'initialisation' ? ': φ would not have been finite, and stayed' : '';
  return [
    divergedAt === undefined ? work : `diverged at step ${divergedAt}${where}; ${work}`,
    ...curvatureNote(reference.nonPositiveCurvature ?? device?.nonPositiveCurvature),
  ];
}
