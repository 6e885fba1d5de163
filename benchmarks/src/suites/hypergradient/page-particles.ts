/** @file What particles cost beyond the inner gradients that they take, from `studies/particle-times.ts`, for the page. */
import type { Study } from '@longhorizon/harness';
import { readResultsFile, resultsPath } from '../../reports/results-file.ts';
import { studyTable } from '../../reports/study-table.ts';

/** What `studies/particle-times.ts` writes. */
export interface ParticleTimesFile {
  readonly adapter: string;
  readonly setting: { readonly particles: number; readonly window: number };
  readonly clock: 'processorMs' | 'wallMs';
  readonly points: readonly {
    readonly p: number;
    readonly d: number;
    readonly tasks: number;
    readonly horizon: number;
    /** Time of NRES over that of the inner gradients alone: medians. */
    readonly perGradients: number;
    /** The same between two equal copies of the inner gradients: what the ratios are good for. */
    readonly sameAgain: number;
    readonly samples: Readonly<
      Record<
        string,
        readonly { readonly wallMs: number; readonly processorMs: number; readonly dispatches: number }[]
      >
    >;
  }[];
}

const particleTimesFile = 'hypergradient/particle-times.json';

export function particleStudy(): Study {
  const { adapter, setting, clock, points } = readResultsFile<ParticleTimesFile>(particleTimesFile);
  const most = Math.max(...points.map(({ perGradients }) => perGradients));
  const dispatches = (point: (typeof points)[number], name: string) => point.samples[name]![0]!.dispatches;
  return {
    id: 'particles',
    title: 'What do particles cost beyond their inner gradients?',
    says: [
      `NRES with N = ${setting.particles} takes at most ${most.toFixed(2)} times what its 2 · ${setting.particles} · W inner gradients take, all of a step in one batch.`,
    ],
    setting: `Sine waves, W = ${setting.window}, λ updated after each window; ${clock === 'processorMs' ? 'processor time' : 'wall time'} on ${adapter}, in turns in one process. The last column compares two equal copies of the inner gradients alone.`,
    file: resultsPath(particleTimesFile),
    tables: [
      studyTable('Times of NRES and of its inner gradients', points, {
        p: ({ p }) => p,
        d: ({ d }) => d,
        Waves: ({ tasks }) => tasks,
        T: ({ horizon }) => horizon,
        'Times the gradients': ({ perGradients }) => perGradients.toFixed(2),
        Dispatches: (point) => dispatches(point, 'nres'),
        'Of the gradients': (point) => dispatches(point, 'inner gradients'),
        'Equal copies': ({ sameAgain }) => sameAgain.toFixed(2),
      }),
    ],
  };
}
