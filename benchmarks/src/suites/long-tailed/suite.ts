/**
 * @file The suite `long-tailed`: examples weighed so that a classifier of unequal classes does well on equal ones. One long training run a cell:
 * fixed weights first, learned ones in the last fifth.
 */
import { defineSuite, type ProfileSpec, type Suite } from '@longhorizon/harness';
import { plainStepPhase } from '../../measurements/step-time.ts';
import { presentAmong } from '../../problem-parts/data-files.ts';
import { methods } from './methods.ts';
import { problems } from './problems.ts';

/** k of Lazy where it is not an axis: more than ten steps (Jamal et al., abstract). */
const k = 15;
/** ε of a step: examples of a batch. */
const batch = 100;

const present = presentAmong(problems);
/** Those that look k steps ahead. */
const ahead = methods.flatMap((one) => (one.ahead ? [one.name] : []));

const axes = { horizons: [1], dimensions: [batch] } as const;

function profile(
  names: readonly string[],
  changes: Partial<ProfileSpec> & Pick<ProfileSpec, 'seeds'>,
): ProfileSpec {
  const overrides: ProfileSpec['overrides'] = [
    { where: { methods: ahead }, horizons: [k] },
    { where: { passes: ['memory', 'time'] }, seeds: [0] },
    ...(changes.overrides ?? []),
  ];
  return { ...axes, problems: present(names), ...changes, overrides };
}

const groups = [
  ['many', 'Large classes'],
  ['medium', 'Middle classes'],
  ['few', 'Small classes'],
] as const;

const quickMethods = methods.flatMap(({ name, compared }) => (compared === 'always' ? [name] : []));
const fashion = [10, 50, 100, 200].map((imbalance) => `fashion-${imbalance}`);

export const longTailedSuite: Suite = defineSuite({
  name: 'long-tailed',
  title: 'Long-tailed classification',
  description:
    'One training run on long-tailed classes, tested on balanced ones. In its last fifth, the examples of each batch are weighted by the loss of a ' +
    'small balanced dev set after one virtual step (greedy) or after k (Lazy, reconstructed).',
  measureVersion: 1,
  problems: problems.map(({ needs: _, imbalance: __, pictures: ___, sizes: ____, ...spec }) => spec),
  methods: methods.map(
    ({ first: _, second: __, card: ___, compared: ____, ahead: _____, rule: ______, ...spec }) => spec,
  ),
  passes: ['memory', 'time', 'training'],
  metric: { name: 'accuracy', title: 'Balanced accuracy', direction: 'higher' },
  moreMetrics: groups.map(([name, title]) => ({ name, title, direction: 'higher', share: true })),
  comparedAcrossHorizons: true,
  timedBeside: { phase: plainStepPhase, title: 'plain steps' },
  axisNames: { horizon: 'k', dimension: 'examples', step: 'steps of the run' },
  isolation: 'worker',
  profiles: {
    quick: profile(['generated-100', 'fashion-100'], {
      seeds: [0],
      methods: quickMethods,
      sideBySide: ['memory', 'training'],
      timeoutSeconds: 60,
      overrides: [{ where: { passes: ['memory', 'time'], problems: present(['fashion-100']) }, seeds: [] }],
    }),
    standard: profile(
      ['generated-100', 'generated-200', 'generated-pair', 'fashion-100', 'fashion-200', 'four-nine'],
      {
        seeds: [0, 1, 2],
        timeoutSeconds: 600,
        overrides: [
          // Bytes and seconds against k.
          { where: { methods: ahead, passes: ['memory', 'time'] }, horizons: [5, 10, k, 20] },
        ],
      },
    ),
    full: profile(['generated-100', 'generated-200', 'generated-pair', ...fashion, 'four-nine'], {
      seeds: [0, 1, 2, 3, 4],
      timeoutSeconds: 14_400,
      overrides: [{ where: { methods: ahead }, horizons: [5, 10, k, 20, 50] }],
    }),
  },
});
