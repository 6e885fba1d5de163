/** @file The suite `transfer`: what a perturbation that was learned on other tasks does for a new network on a new set of few pictures. */
import { defineSuite, type ProfileSpec, type Suite } from '@longhorizon/harness';
import { phiLayout } from '@longhorizon/metaperturb';
import { plainStepPhase } from '../../measurements/step-time.ts';
import { presentAmong } from '../../problem-parts/data-files.ts';
import { methods } from './methods.ts';
import { problems } from './problems.ts';

const present = presentAmong(problems);

const targets = ['fashion-mnist', 'kmnist', 'eurosat'];
const on = (...architectures: readonly string[]) =>
  present(architectures.flatMap((one) => targets.map((target) => `${target}-${one}`)));

const profile = (
  changes: Pick<ProfileSpec, 'problems' | 'horizons' | 'seeds'> & Partial<ProfileSpec>,
): ProfileSpec => ({
  dimensions: [phiLayout.size],
  ...changes,
  overrides: [{ where: { passes: ['memory', 'time'] }, seeds: [0] }, ...(changes.overrides ?? [])],
});

export const transferSuite: Suite = defineSuite({
  name: 'transfer',
  title: 'Transferred perturbations',
  description:
    'A new network learns a new set from few pictures, with noise whose 82 numbers were meta-learned on other tasks and are frozen, beside noise that ' +
    'was not learned and other regularisers. Predictions of noisy networks are means over draws.',
  measureVersion: 1,
  problems: problems.map(({ needs: _, dataset: __, architecture: ___, ...spec }) => spec),
  methods: methods.map(({ card: _, ...spec }) => spec),
  passes: ['memory', 'time', 'training'],
  metric: { name: 'accuracy', title: 'Accuracy', direction: 'higher', share: true, chance: 0.1 },
  moreMetrics: [
    { name: 'nll', title: 'NLL', direction: 'lower' },
    { name: 'ece', title: 'Calibration error', direction: 'lower', share: true },
    { name: 'gap', title: 'Train − test accuracy', direction: 'lower', share: true },
    { name: 'attackedAccuracy', title: 'Accuracy under PGD', direction: 'higher', share: true },
  ],
  timedBeside: { phase: plainStepPhase, title: 'plain steps' },
  axisNames: { horizon: 'training steps', dimension: 'p', step: 'training steps' },
  isolation: 'worker',
  profiles: {
    quick: profile({
      problems: ['glyphs-conv4'],
      methods: ['base', 'metaperturb-authors'],
      passes: ['training'],
      horizons: [40],
      seeds: [0],
      sideBySide: ['training'],
      timeoutSeconds: 60,
    }),
    standard: profile({
      problems: on('conv4', 'resnet8'),
      horizons: [1000],
      seeds: [0, 1, 2, 3, 4],
      timeoutSeconds: 1800,
      // What a step costs is the same on every set of the same size.
      overrides: [
        {
          where: {
            problems: on('conv4', 'resnet8').filter((name) => !name.startsWith(targets[0]!)),
            passes: ['memory', 'time'],
          },
          seeds: [],
        },
      ],
    }),
    full: profile({
      problems: on('conv4', 'resnet8', 'resnet20'),
      horizons: [10_000],
      seeds: [0, 1, 2, 3, 4],
      timeoutSeconds: 14_400,
    }),
  },
});
