/**
 * @file The row about MetaPerturb: λ is the 82 numbers of a perturbation that networks of several tasks share. Its paper takes the first-order
 * derivative; what that leaves out is read beside the methods that do not.
 */
import { keyAt } from '@longhorizon/datasets';
import { authorsPhi, metaPerturbProblem, phiLayout } from '@longhorizon/metaperturb';
import { conv4 } from '@longhorizon/nn';
import type { ProblemRow } from '../../measurements/rows.ts';
import { drawTask, halfSwap } from '../../problem-parts/drawn-task.ts';
import { smallPictures } from '../../problem-parts/small-pictures.ts';

const [side, classes, perHalf, batch] = [8, 5, 20, 16];
const host = conv4({ inputShape: [side, side, 1], classes, filters: 4, layers: 1, norm: {} });

/** Classes of the generated set; every two tasks have five of their own. */
const groups = [0];

export const perturbationRow: ProblemRow = {
  name: 'perturbation-glyphs',
  kind: 'shared layers',
  title: 'A perturbation of features, generated characters',
  description:
    `λ is MetaPerturb’s φ, at the numbers that its authors released: noise after a layer of convolution, the same for ${2 * groups.length} half-swapped tasks of ${classes} generated ` +
    `characters (${side} × ${side}), each with a network of its own. The outer loss depends on λ directly, too: first-order is the paper’s rule.`,
  dimension: { minimum: phiLayout.size, maximum: phiLayout.size, because: 'φ has 82 numbers' },
  weights: host.layout.size,
  // Float64 on the host takes minutes for what convolutions take a second for.
  oracle: 'device',
  make: (_, seeds) => {
    const seed = seeds.data ?? 0;
    const pictures = smallPictures('glyphs', side, { seed: 0, classes: groups.length * classes });
    const tasks = groups.flatMap((group) => {
      const { train, test } = drawTask(pictures, keyAt(seed, { of: 'sources', group }), {
        pool: Uint32Array.from({ length: classes }, (__, k) => group * classes + k),
        classes,
        train: perHalf,
        test: perHalf,
      });
      return halfSwap({ name: `group ${group}`, classes, train, validation: test });
    });
    return metaPerturbProblem({ host, tasks, batch, phi: authorsPhi(), seed: seeds.initialisation ?? 0 });
  },
};
