/** @file The suite `attack`: a network that guesses gradients is learned from source victims, and attacks one that it never saw. */
import { defineSuite, type ProfileSpec, type Suite } from '@longhorizon/harness';
import { plainPhase } from '../../measurements/rows.ts';
import { presentAmong } from '../../problem-parts/data-files.ts';
import { greedy, long, methods, notTrained, quickMethods, students } from './methods.ts';
import { attackerSizes, problems } from './problems.ts';

/** k of a student: more than ten steps (Jamal et al., abstract); five are the released code's. */
const k = 15;
const few = 5;

const present = presentAmong(problems);

function profile(
  names: readonly string[],
  changes: Partial<ProfileSpec> & Pick<ProfileSpec, 'seeds'>,
): ProfileSpec {
  return {
    horizons: [few],
    dimensions: [attackerSizes[1]!],
    problems: present(names),
    ...changes,
    overrides: [
      { where: { methods: students }, horizons: [k] },
      { where: { methods: [...greedy, ...notTrained] }, horizons: [1] },
      { where: { passes: ['memory', 'time'] }, seeds: [0] },
      { where: { passes: ['memory', 'time'], methods: notTrained }, seeds: [] },
      ...(changes.overrides ?? []),
    ],
  };
}

export const attackSuite: Suite = defineSuite({
  name: 'attack',
  title: 'Black-box attack',
  description:
    'Black-box adversarial attacks, meta-learned on three surrogate networks and applied to a fourth that answers queries only. The metrics are ' +
    'the success rate, the number of queries and the size of the perturbation.',
  measureVersion: 1,
  problems: problems.map(({ needs: _, pictures: __, ...spec }) => spec),
  methods: methods.map(({ attacker: _, card: __, quick: ___, ...spec }) => spec),
  passes: ['memory', 'time', 'training'],
  // Only pictures that the victim classifies right are attacked: unchanged, none succeeds.
  metric: { name: 'success', title: 'Success', direction: 'higher', share: true, chance: 0 },
  moreMetrics: [
    { name: 'queries', title: 'Queries', direction: 'lower' },
    { name: 'distance', title: 'Distance (L2)', direction: 'lower' },
  ],
  comparedAcrossHorizons: true,
  timedBeside: { phase: plainPhase, title: 'inner steps' },
  axisNames: { horizon: 'k', dimension: 'weights', step: 'meta-iterations' },
  isolation: 'worker',
  profiles: {
    quick: profile(['generated'], {
      seeds: [0],
      dimensions: [attackerSizes[0]!],
      methods: quickMethods,
      sideBySide: ['memory', 'training'],
      timeoutSeconds: 300,
    }),
    standard: profile(['generated', 'fashion-mnist', 'mnist'], {
      seeds: [0, 1, 2],
      timeoutSeconds: 1200,
      overrides: [
        // Bytes and seconds against k.
        {
          where: {
            passes: ['memory', 'time'],
            methods: long,
          },
          horizons: [1, few, 10, k, 20],
        },
      ],
    }),
    full: profile(['generated', 'fashion-mnist', 'mnist'], {
      seeds: [0, 1, 2, 3, 4],
      dimensions: [attackerSizes.at(-1)!],
      timeoutSeconds: 14_400,
      overrides: [{ where: { methods: students }, horizons: [few, 10, k, 20] }],
    }),
  },
});
