/** @file What happens to bytes and times as T or p grows. */
import { axisName, problemTitle } from '../../cell/titles.ts';
import { listOf, plural } from '../../errors.ts';
import { boardsOf, byPoint } from '../board.ts';
import { axisText, bytesText, timesText } from '../format.ts';
import { distinct } from '../problems.ts';
import type { LeaderboardRow } from '../row.ts';
import { type ScalingAxis, type ScalingCurve, scalingCurves } from '../scaling.ts';
import type { Answer, AnswerInput } from './answer.ts';

/**
 * Bytes a step that count as growth, and bytes a hyperparameter: every method keeps a hyperparameter, its gradient and the optimiser's moments,
 * a few numbers of four bytes each.
 */
const ownBytes = { horizon: 1, dimension: 64 } as const;

/** T grows, or p grows: who takes more bytes for it, how many, and who does not; then who is fast at the longest T that decides it. */
export function growthAnswer(input: AnswerInput, axis: ScalingAxis): Answer {
  const name = axisName(input.suite, axis);
  return {
    question: `${name} grows`,
    sentences: [...byteSentences(input, axis), ...(axis === 'horizon' ? timeSentences(input) : [])],
  };
}

function byteSentences({ suite, rows }: AnswerInput, axis: ScalingAxis): readonly string[] {
  // Where weights grow with p their bytes are none of p's.
  const isolates = (problem: string): boolean =>
    axis === 'horizon' ||
    suite.problems.some(({ name, isolatesDimension }) => name === problem && isolatesDimension === true);
  const curves = scalingCurves(rows, axis, 'memory').filter(
    ({ growth, problem }) => growth?.bytes !== undefined && isolates(problem),
  );
  if (curves.length === 0) return [];
  const steepest = distinct(curves, ({ method }) => method)
    .map((method) => steepestOf(curves.filter((curve) => curve.method === method)))
    .sort((a, b) => slopeOf(b) - slopeOf(a));
  const growing = steepest.filter((curve) => slopeOf(curve) >= ownBytes[axis]);
  const others = steepest.filter((curve) => slopeOf(curve) < ownBytes[axis]);
  const one = axis === 'horizon' ? 'a step' : 'a hyperparameter';
  const [name, other] = [axisName(suite, axis), axis === 'horizon' ? 'dimension' : 'horizon'] as const;
  const told = growing.map(
    (curve) =>
      `${curve.method} takes ${bytesText(Math.round(slopeOf(curve)))} more ${one} (${problemTitle(suite, curve.problem)}, ` +
      `${axisName(suite, other)} = ${axisText(curve.fixed)})`,
  );
  const most = Math.max(0, ...others.map(slopeOf));
  const add = most < 0.5 ? 'nothing' : `at most ${bytesText(Math.round(most))}`;
  const xs = curves.flatMap(({ growth }) => [growth?.ends.from.x ?? 0, growth?.ends.to.x ?? 0]);
  const range = `${name} = ${axisText(Math.min(...xs))} to ${axisText(Math.max(...xs))}`;
  return [
    ...(told.length === 0 ? [] : [`${listOf(told)}.`]),
    ...(others.length === 0
      ? []
      : [
          `${growing.length === 0 ? `All ${others.length} methods` : plural(others.length, 'other method')} ${add === 'nothing' ? 'take nothing more' : `take ${add} more ${one}`} over ${range}.`,
        ]),
  ];
}

/** The curve of a method along which it grows most, over all problems. */
function steepestOf(curves: readonly ScalingCurve[]): ScalingCurve {
  return [...curves].sort((a, b) => slopeOf(b) - slopeOf(a))[0] as ScalingCurve;
}

function slopeOf({ growth }: ScalingCurve): number {
  return growth?.bytes?.overall ?? 0;
}

/** The times of the longest horizon at which the cells tell methods apart; silent where they nowhere do. */
function timeSentences({ suite, rows }: AnswerInput): readonly string[] {
  const decided = [...byPoint(rows.filter(({ time }) => time?.ratio !== undefined)).values()].flatMap(
    (group) => {
      const { places } = boardsOf(group).time;
      const standing = (wanted: string): readonly LeaderboardRow[] =>
        group.filter(({ key }) => places.get(key)?.standing === wanted);
      const [best, worse] = [standing('best'), standing('worse')];
      return best.length === 0 || worse.length === 0 ? [] : [{ best, worse }];
    },
  );
  const [longest] = [...decided].sort((a, b) => horizonOf(b.best) - horizonOf(a.best));
  const beside = suite.timedBeside?.title;
  if (longest === undefined || beside === undefined) return [];
  const [first] = longest.best as readonly [LeaderboardRow];
  const slowest = [...longest.worse].sort((a, b) => ratioOf(b) - ratioOf(a))[0] as LeaderboardRow;
  const ratios = longest.best.map(ratioOf);
  const range = [Math.min(...ratios), Math.max(...ratios)].map((ratio) => timesText(ratio));
  const between = range[0] === range[1] ? range[0] : `${range[0]?.replace(' ×', '')} to ${range[1]}`;
  return [
    `Time at ${axisName(suite, 'horizon')} = ${axisText(first.horizon)} (${problemTitle(suite, first.problem)}): ` +
      `${listOf(longest.best.map(({ method }) => method))} ${longest.best.length === 1 ? 'is' : 'are'} fastest at ${between} the ${beside}; ` +
      `${slowest.method} takes ${timesText(ratioOf(slowest))}.`,
  ];
}

function horizonOf(rows: readonly LeaderboardRow[]): number {
  return rows[0]?.horizon ?? 0;
}

function ratioOf({ time }: LeaderboardRow): number {
  return time?.ratio?.median ?? Number.NaN;
}
