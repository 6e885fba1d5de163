/** @file Strategies on a measured space, without a device: how many kernels a search tries until it has a good one, beside search by chance. */
import type { Configuration } from '@longhorizon/tensor/compiler';
import { medianOf } from './median.ts';
import type { Space } from './space.ts';
import { keyOf, type SearchSpace, type Walk, walks } from './strategies.ts';

/** Best time so far over the best of the space, after 1, 2, … kernels. */
export type Curve = readonly number[];

interface Known {
  readonly space: SearchSpace;
  readonly times: ReadonlyMap<string, number>;
  readonly best: number;
}

function known(space: Space): Known {
  const times = new Map(
    space.trials.flatMap(({ configuration, status, samples }): [string, number][] =>
      (status === 'timed' || status === 'slow') && samples.length > 0
        ? [[keyOf(configuration), medianOf(samples)]]
        : [],
    ),
  );
  return {
    space: {
      parameters: space.parameters.map((one) => ({ ...one, doc: '' })),
      uses: space.uses,
      configurations: space.trials.map(({ configuration }) => configuration),
    },
    times,
    best: Math.min(...times.values()),
  };
}

async function curveOf(walk: Walk, { space, times, best }: Known, seed: number): Promise<Curve> {
  const tried = new Set<string>();
  const curve: number[] = [];
  await walk(
    space,
    async (configuration: Configuration) => {
      const key = keyOf(configuration);
      const time = times.get(key);
      if (tried.has(key)) return time;
      tried.add(key);
      const ratio = time === undefined ? Number.POSITIVE_INFINITY : time / best;
      curve.push(Math.min(curve.at(-1) ?? Number.POSITIVE_INFINITY, ratio));
      return time;
    },
    { seed, over: () => tried.size >= space.configurations.length },
  );
  return curve;
}

/** The median over curves at each number of kernels; a search that has ended keeps its best. */
function medianCurve(curves: readonly Curve[], length: number): Curve {
  return Array.from({ length }, (_, at) =>
    medianOf(curves.map((curve) => curve[at] ?? curve.at(-1) ?? Number.POSITIVE_INFINITY)),
  );
}

export interface Replay {
  readonly kernels: number;
  readonly strategy: Curve;
  readonly random: Curve;
  /** Kernels that the strategy tried before it was done, the median over seeds. */
  readonly tried: number;
}

/**
 * Replays a strategy on a space beside random search, medians over seeds.
 *
 * @throws what a strategy of one's own throws
 */
export async function replay(space: Space, walk: Walk, seeds: number): Promise<Replay> {
  const all = known(space);
  const run = async (one: Walk): Promise<readonly Curve[]> => {
    const curves: Curve[] = [];
    for (let seed = 1; seed <= seeds; seed++) curves.push(await curveOf(one, all, seed));
    return curves;
  };
  const own = await run(walk);
  const kernels = all.space.configurations.length;
  return {
    kernels,
    strategy: medianCurve(own, kernels),
    random: medianCurve(await run(walks.random), kernels),
    tried: medianOf(own.map((curve) => curve.length)),
  };
}

const barWidth = 24;

/** Why the columns of a strategy are those of random search, where it tries kernels in that order. */
function sameOrder(name: string): readonly string[] {
  if (!(name in walks) || walks[name as keyof typeof walks] !== walks.random || name === 'random') return [];
  return [
    `  ${name} tries kernels in the order of random search; what it saves is measuring slow ones again, which is not plotted.`,
  ];
}

/** Both curves as lines of text: after so many kernels the best is so many times the best of all. */
export function drawReplay({ kernels, strategy, random, tried }: Replay, name: string): string {
  const points = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512].filter(
    (count) => count < kernels,
  );
  const bar = (ratio: number): string => {
    // Twice the best and beyond fills the bar; the best leaves it empty.
    const share = Number.isFinite(ratio) ? Math.min(1, Math.log2(Math.max(1, ratio))) : 1;
    return '█'.repeat(Math.round(share * barWidth)).padEnd(barWidth);
  };
  const text = (ratio: number): string =>
    (Number.isFinite(ratio) ? `×${ratio.toFixed(2)}` : 'none').padStart(6);
  const head = `  kernels  ${name.padEnd(barWidth + 8)} random`;
  const lines = [...points, kernels].map((count) => {
    const [own, other] = [strategy[count - 1]!, random[count - 1]!];
    return `  ${String(count).padStart(7)}  ${text(own)} ${bar(own)}  ${text(other)} ${bar(other)}`.trimEnd();
  });
  return [
    head,
    ...lines,
    `  ${name} was done after ${tried} of ${kernels} kernels.`,
    ...sameOrder(name),
  ].join('\n');
}
