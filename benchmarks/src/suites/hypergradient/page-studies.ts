/** @file What the measurements of `studies/estimators.ts`, `studies/learned-schedules.ts` and `longhorizon conformance` say, for the page. */
import { exponentMeans } from '@longhorizon/bilevel';
import { median, type Study, type StudyChart } from '@longhorizon/harness';
import { readResultsFile, resultsPath } from '../../reports/results-file.ts';
import { studyTable } from '../../reports/study-table.ts';
import { conformanceStudy } from './page-conformance.ts';
import { particleStudy } from './page-particles.ts';
import { problems } from './problems.ts';

/** What `studies/estimators.ts` writes. */
export interface EstimatorsFile {
  readonly signs: readonly {
    readonly method: string;
    readonly title: string;
    readonly exact: number;
    readonly gradient: number;
    readonly rightSigns: number;
    readonly draws: number;
  }[];
  readonly implicit: readonly {
    readonly horizon: number;
    readonly distance: number;
    readonly method: string;
    readonly title: string;
    readonly error: number;
  }[];
  readonly spread: readonly {
    readonly problem: string;
    readonly horizon: number;
    readonly method: string;
    readonly title: string;
    readonly bias: number;
    readonly biasError: number;
    readonly variance: number;
    readonly signalToNoise: number | null;
    readonly signAgreement: number;
  }[];
  readonly exponents: readonly {
    readonly problem: string;
    readonly horizon: number;
    readonly dimension: number;
    readonly exponent: number | null;
  }[];
}

/** What `studies/learned-schedules.ts` writes. */
export interface SchedulesFile {
  readonly step: number;
  readonly best: { readonly excess: number; readonly rates: readonly number[] };
  readonly learned: readonly {
    readonly method: string;
    readonly seed: number;
    readonly excess: number;
    readonly score: number | null;
    /** Of the seed that is drawn. */
    readonly rates?: readonly number[];
  }[];
  readonly budgets: readonly {
    readonly method: string;
    readonly particles: number;
    readonly innerOptimisations: number;
    readonly seed: number;
    readonly excess: number;
    readonly gradients: number;
  }[];
}

const suite = 'hypergradient';
export const estimatorsFile = 'hypergradient/estimators.json';
export const schedulesFile = 'hypergradient/learned-schedules.json';

export function hypergradientStudies(): readonly Study[] {
  const estimators = readResultsFile<EstimatorsFile>(estimatorsFile);
  return [
    exponentStudy(estimators),
    signStudy(estimators),
    spreadStudy(estimators),
    scheduleStudy(readResultsFile<SchedulesFile>(schedulesFile)),
    implicitStudy(estimators),
    particleStudy(),
    conformanceStudy(),
  ];
}

const digits = (value: number) => Number(value.toPrecision(3)).toString().replace('-', '−');
const titleOf = (name: string) => problems.find((row) => row.name === name)?.title ?? name;
const distinct = <Value>(values: readonly Value[]) => [...new Set(values)];

function exponentStudy({ exponents }: EstimatorsFile): Study {
  const longest = distinct(exponents.map(({ problem }) => problem)).map((name) =>
    exponents.filter(({ problem }) => problem === name).reduce((a, b) => (b.horizon > a.horizon ? b : a)),
  );
  const value = (exponent: number | null) => exponent ?? Number.NEGATIVE_INFINITY;
  const grows = longest.filter(({ exponent }) => value(exponent) > 0);
  return {
    id: 'exponents',
    title: 'Can a horizon be differentiated through?',
    says: [
      `λ̂_T = (1/T) log ‖J_T … J_1 u‖ is above 0 on ${grows.length} of ${longest.length} problems at their longest horizon here${grows.length === 0 ? '' : ` (${grows.map(({ problem }) => titleOf(problem)).join(', ')})`}; below 0 the steps forget, and reverse mode is safe.`,
    ],
    setting:
      'One tangent of length 1 along a random direction, at λ of seed 0 and the least p; in float64 where the problem is small, else on the device.',
    file: resultsPath(estimatorsFile),
    tables: [
      studyTable('Finite-time exponents, by horizon', exponents, {
        Problem: ({ problem }) => titleOf(problem),
        T: ({ horizon }) => horizon,
        p: ({ dimension }) => dimension,
        λ̂: ({ exponent }) => (exponent === null ? '−∞' : digits(exponent)),
        'What follows': ({ exponent, horizon }) => exponentMeans(value(exponent), horizon),
      }),
    ],
    notes: longest.map(({ problem, horizon, exponent }) => ({
      suite,
      problem,
      says: `The finite-time exponent over T = ${horizon} is ${exponent === null ? '−∞' : digits(exponent)} a step: ${exponentMeans(value(exponent), horizon)}`,
    })),
  };
}

function signStudy({ signs }: EstimatorsFile): Study {
  const windows = signs.filter(({ method }) => method === 'truncated-reverse');
  const windowOf = (title: string) => Number(/K = (\d+)/.exec(title)?.[1]);
  const wrong = windows.filter(({ rightSigns }) => rightSigns === 0).map(({ title }) => windowOf(title));
  return {
    id: 'signs',
    title: 'Which methods know the direction on influence balancing?',
    says: [
      `At rest the hypergradient is +${digits(signs[0]!.exact)}; truncation to ${Math.max(...wrong)} steps or fewer has the opposite sign, so descent along it moves away from the best θ, −1/6.`,
    ],
    setting: 'T = 400, θ = 0.5, float64. Methods that draw were drawn 200 times; the others once.',
    file: resultsPath(estimatorsFile),
    tables: [
      studyTable('Signs on influence balancing', signs, {
        Method: ({ title }) => title,
        'Hypergradient (mean)': ({ gradient }) => digits(gradient),
        'Right signs, %': ({ rightSigns }) => digits(100 * rightSigns),
        Draws: ({ draws }) => draws,
      }),
    ],
  };
}

function spreadStudy({ spread }: EstimatorsFile): Study {
  const names = distinct(spread.map(({ problem }) => problem));
  const linesOf = (problem: string, of: 'bias' | 'variance'): StudyChart['lines'] =>
    distinct(spread.map(({ method }) => method)).map((method) => ({
      method,
      points: spread
        .filter((row) => row.problem === problem && row.method === method && row[of] > 1e-12)
        .map((row) => [row.horizon, row[of]] as const),
    }));
  const at = (problem: string, method: string, horizon: number) =>
    spread.find((row) => row.problem === problem && row.method === method && row.horizon === horizon)!;
  const growth = (method: string) =>
    at('noisy-quadratic', method, 300).variance / at('noisy-quadratic', method, 10).variance;
  const unbiased = ['fg2u', 'nres', 'pes'];
  const drawn = spread.filter(({ method, biasError }) => unbiased.includes(method) && biasError > 0);
  const chance = Math.max(...drawn.map(({ bias, biasError }) => bias / biasError));
  return {
    id: 'spread',
    title: 'What is bias, and what is variance, as the horizon grows?',
    says: [
      `On the noisy quadratic the variance of PES is ${digits(growth('pes'))} times as large at T = 300 as at T = 10, that of NRES ${digits(growth('nres'))} times: an ε that stays adds none with the number of windows.`,
      `Truncation and TES have bias that no number of draws removes. The mean of (FG)²U, of NRES and of PES over the draws is nowhere further from the exact hypergradient than ${digits(chance)} times what chance leaves.`,
    ],
    setting:
      'λ frozen, float64, 200 draws of each method that draws. Bias is ‖mean − exact‖/‖exact‖, variance E‖g − mean‖²/‖exact‖². Exact reverse mode has neither.',
    file: resultsPath(estimatorsFile),
    charts: names.flatMap((problem) =>
      (['bias', 'variance'] as const)
        .map((of) => ({
          title: `${titleOf(problem)}: ${of} against T`,
          x: { title: 'T', scale: 'log' as const },
          y: { title: of, scale: 'log' as const },
          lines: linesOf(problem, of).filter(({ points }) => points.length > 0),
        }))
        .filter(({ lines }) => lines.length > 0),
    ),
    tables: [
      studyTable('Bias and variance of estimates', spread, {
        Method: ({ title }) => title,
        Problem: ({ problem }) => titleOf(problem),
        T: ({ horizon }) => horizon,
        Bias: ({ bias }) => digits(bias),
        'Of that chance': ({ biasError }) => digits(biasError),
        Variance: ({ variance }) => digits(variance),
        'Signal to noise': ({ signalToNoise }) => (signalToNoise === null ? '∞' : digits(signalToNoise)),
        'Right signs, %': ({ signAgreement }) => digits(100 * signAgreement),
      }),
    ],
  };
}

function scheduleStudy({ step, best, learned, budgets }: SchedulesFile): Study {
  const methods = distinct(learned.map(({ method }) => method));
  const rowsOf = (method: string) => learned.filter((row) => row.method === method);
  const multiplesOf = (method: string) => rowsOf(method).map(({ excess }) => excess / best.excess);
  const scores = (method: string) => rowsOf(method).flatMap(({ score }) => (score === null ? [] : [score]));
  const ordered = [...methods].sort((a, b) => median(multiplesOf(a)) - median(multiplesOf(b)));
  const sizes = distinct(budgets.map(budgetName));
  const timesOf = (size: string) =>
    budgets.filter((row) => budgetName(row) === size).map(({ excess }) => excess / best.excess);
  const enough = sizes.filter((size) => Math.max(...timesOf(size)) <= 1.5);
  // Methods that come to the same schedule, to the digits kept, are one line.
  const drawn = learned.filter(
    ({ rates }, at) =>
      rates !== undefined && learned.findIndex((one) => String(one.rates) === String(rates)) === at,
  );
  const line = (method: string, rates: readonly number[]) => ({
    method,
    // A logarithmic axis has no place for others.
    points: rates.flatMap((rate, t) => (rate > 0 ? [[t, rate] as const] : [])),
  });
  const leftOut = drawn.flatMap(({ method, rates = [] }) => {
    const count = rates.filter((rate) => rate <= 0).length;
    return count === 0 ? [] : [`${method} ${count}`];
  });
  return {
    id: 'schedules',
    title: 'What schedules do methods learn on the noisy quadratic?',
    says: [
      `The best rates up to 1.99 leave ${digits(best.excess)}: they stay at 1.99 through step ${best.rates.filter((rate) => rate >= 1.99).length} and fall after it. ${ordered.map((method) => `${method} ends at ${digits(median(multiplesOf(method)))}`).join(', ')} times that (medians of five seeds).`,
      `By the number of pairs and of inner optimisations, ${sizes.map((size) => `${size}: ${digits(median(timesOf(size)))}`).join(', ')}; within 1.5 times on every seed: ${enough.length === 0 ? 'none' : enough.join(', ')}.`,
      `Short-horizon bias, ln(α learned / α best) at step ${step}: ${ordered.map((method) => (scores(method).length === 0 ? `${method} has no positive rate left` : `${method} ${digits(median(scores(method)))}`)).join(', ')}. Below 0 a method lowers its rates too early.`,
    ],
    setting:
      'T = 100, a rate a step, 200 inner optimisations from drawn rates of 0.2 to 0.4, each method with the outer rate that nine trials on a seed apart chose, which falls in a straight line to 0, and with hypergradients of a norm of at most 0.1. Further budgets keep the numbers that were chosen for NRES with 8 pairs and 200 inner optimisations.' +
      (leftOut.length === 0
        ? ''
        : ` The picture leaves out rates that are not above 0, of ${best.rates.length} on seed 0: ${leftOut.join(', ')}.`),
    file: resultsPath(schedulesFile),
    charts: [
      {
        title: 'Learned and best rates, seed 0',
        x: { title: 'step', scale: 'linear' },
        y: { title: 'rate', scale: 'log' },
        lines: [
          { ...line('best', best.rates), name: 'best up to 1.99', isReference: true },
          ...drawn.map(({ method, rates }) => line(method, rates!)),
        ],
      },
    ],
    tables: [
      studyTable('Excess by method', ordered, {
        Method: (method) => method,
        'Times the best': (method) => digits(median(multiplesOf(method))),
        Least: (method) => digits(Math.min(...multiplesOf(method))),
        Most: (method) => digits(Math.max(...multiplesOf(method))),
        [`Score at step ${step}`]: (method) =>
          scores(method).length === 0 ? '' : digits(median(scores(method))),
      }),
      studyTable('Excess by budget', sizes, {
        'Method and budget': (size) => size,
        'Inner gradients': (size) => budgets.find((row) => budgetName(row) === size)!.gradients,
        'Times the best': (size) => digits(median(timesOf(size))),
        Least: (size) => digits(Math.min(...timesOf(size))),
        Most: (size) => digits(Math.max(...timesOf(size))),
        Seeds: (size) => timesOf(size).length,
      }),
    ],
  };
}

const budgetName = ({ method, particles, innerOptimisations }: SchedulesFile['budgets'][number]) =>
  `${method} with N = ${particles} after ${innerOptimisations}`;

function implicitStudy({ implicit }: EstimatorsFile): Study {
  const titles = distinct(implicit.map(({ title }) => title));
  const last = Math.max(...implicit.map(({ horizon }) => horizon));
  const atRest = implicit.filter(({ horizon }) => horizon === last);
  const exactAtRest = atRest.filter(({ error }) => error < 1e-6).map(({ title }) => title);
  const left = atRest.filter(({ error }) => error >= 1e-6);
  return {
    id: 'implicit',
    title: 'How far from the inner optimum are implicit methods still right?',
    says: [
      `At the optimum ${exactAtRest.join(' and ')} come to its hypergradient; what is left there of the others is their solver's: ${left.map(({ title, error }) => `${title} ${digits(error)}`).join(', ')}.`,
    ],
    setting:
      'A quadratic of 20 curvatures from 0.01 to 1 that follows λ, descent at 0.5, float64, 1 to 10,000 inner steps. The error is that against the hypergradient of the optimum, relative; the distance ‖w_T − w*‖/‖w*‖.',
    file: resultsPath(estimatorsFile),
    charts: [
      {
        title: 'Error by distance to the inner optimum',
        x: { title: 'distance', scale: 'log' },
        y: { title: 'error', scale: 'log' },
        lines: titles.map((title) => ({
          method: implicit.find((row) => row.title === title)!.method,
          name: title,
          points: implicit
            .filter((row) => row.title === title && row.distance > 1e-6)
            .sort((a, b) => b.distance - a.distance)
            .map(({ distance, error }) => [distance, error] as const),
        })),
      },
    ],
    tables: [
      {
        title: 'Error by inner steps',
        columns: ['Method', ...distinct(implicit.map(({ horizon }) => String(horizon)))],
        rows: titles.map((title) => [
          title,
          ...implicit.filter((row) => row.title === title).map(({ error }) => digits(error)),
        ]),
      },
    ],
  };
}
