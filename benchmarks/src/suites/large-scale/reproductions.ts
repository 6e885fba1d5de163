/** @file What the experiments on initialisations came to, beside what was published. */
import type { Reproduction } from '@longhorizon/harness';
import { shiftingSource } from '../../methods/published/trajectory-shifting.ts';
import { readResultsFile, resultsPath } from '../../reports/results-file.ts';
import type { RunLine } from './studies/experiment.ts';
import type { Attractors } from './studies/himmelblau/attractors.ts';
import { attractorsOfFive, attractorsOfHundred } from './studies/himmelblau/published.ts';

export function largeScaleReproductions(): readonly Reproduction[] {
  return [pictures(), himmelblau()];
}

const pictureHorizon = 100;

/** The loss where meta-training ends, by method, at the β of which there are several seeds. */
function pictures(): Reproduction {
  const file = 'large-scale/runs.json';
  const runs = readResultsFile<readonly RunLine[]>(file).filter(({ horizon }) => horizon === pictureHorizon);
  const setting = runs[0]?.setting;
  const lossesOf = (method: string): readonly number[] => {
    const own = runs.filter((run) => run.method === method);
    const count = (beta: number | null): number => own.filter((run) => run.beta === beta).length;
    const beta = own.map((run) => run.beta).sort((a, b) => count(b) - count(a))[0];
    return own
      .filter((run) => run.beta === beta)
      .sort((a, b) => a.seed - b.seed)
      .map(({ losses }) => losses.at(-1) ?? Number.NaN);
  };
  return {
    id: 'large-scale-loss',
    title: 'Large-scale meta-training: the poster’s training loss',
    source: shiftingSource,
    quantity: 'loss at the end of meta-training',
    direction: 'lower',
    theirSetting:
      'Poster, read off the figure to ± 0.005: ResNet-20, eight sets of pictures, K = 1000, after 200,000 inner steps.',
    ourSetting: `${setting?.innerSteps ?? ''} inner steps on seven sets of pictures of ${setting?.side ?? ''} pixels, a convolutional network, K = ${pictureHorizon}: a smaller problem, whose losses are others; only the order compares.`,
    file: resultsPath(file),
    arms: [
      {
        name: 'trajectory-shifting',
        title: 'Trajectory Shifting',
        published: '0.956',
        values: lossesOf('trajectory-shifting'),
      },
      { name: 'reptile', title: 'Reptile', published: '0.984', values: lossesOf('reptile') },
    ],
    note: 'Three seeds order nothing; they are shown one by one.',
  };
}

function himmelblau(): Reproduction {
  const attractors = (name: string): Attractors =>
    readResultsFile<{ readonly result: Attractors }>(`himmelblau/${name}.json`).result;
  const [five, hundred] = [attractors('attractors-5'), attractors('attractors-100')];
  const found = attractorsOfHundred.filter(([x, y]) =>
    hundred.attractors.some(({ at }) => Math.hypot(at[0] - x, at[1] - y) < 0.02),
  ).length;
  return {
    id: 'himmelblau',
    title: 'Eight Himmelblau functions: where Reptile ends',
    source: shiftingSource,
    quantity: 'attractors',
    direction: 'lower',
    theirSetting: `Poster: two attractors at K = 5, at ${attractorsOfFive.map(({ at }) => `(${at.join(', ')})`).join(' and ')}; at K = 100 ${attractorsOfHundred.length} that are known to three digits and about ten more.`,
    ourSetting: 'The same grid of 41 × 41 starts, inner momentum 0.05, β = 0.1, on llvmpipe.',
    file: resultsPath('himmelblau/'),
    arms: [
      {
        name: 'five',
        title: 'K = 5',
        published: '2',
        text: five.attractors.map(({ at, starts }) => `(${at.join(', ')}) from ${starts} starts`).join(', '),
      },
      {
        name: 'hundred',
        title: 'K = 100',
        published: `${attractorsOfHundred.length} known`,
        text: `${found} of them among ${hundred.attractors.length} found`,
      },
    ],
    note: `At K = 5 the same ${five.attractors.length} attractors; at K = 100 ${found} of the ${attractorsOfHundred.length} known ones are among those found.`,
  };
}
