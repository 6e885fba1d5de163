/** @file MetaPerturb with the authors' φ, with ours where one was learned, and with one that was not learned at all. */
import { authorsPhi, loadPhi, perturbed, untrainedPhi } from '@longhorizon/metaperturb';
import { cards } from '../cards.ts';
import { learnedPhiFile } from '../learned-phi.ts';
import type { Arm } from './arm.ts';

/** Of training; at the test nothing is cut off. */
const clip = 100;

const arm = (
  name: string,
  title: string,
  role: Arm['role'],
  card: Arm['card'],
  phi: NonNullable<Arm['phi']>,
): Arm => ({
  name,
  title,
  role,
  card,
  drawsAtTest: true,
  phi,
  network: (host, { kappa, training }) => perturbed(host, training ? { kappa, clip } : { kappa }),
});

const learned = learnedPhiFile();

export const perturbations: readonly Arm[] = [
  arm('metaperturb-authors', "MetaPerturb, the authors' φ", 'method', cards.metaperturb, authorsPhi),
  ...(learned === undefined
    ? []
    : [
        arm('metaperturb-learned', 'MetaPerturb, φ learned here', 'method', cards.metaperturb, () =>
          loadPhi(learned),
        ),
      ]),
  arm('metaperturb-untrained', 'MetaPerturb, φ at its start', 'baseline', cards.untrained, untrainedPhi),
];
