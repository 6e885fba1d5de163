/**
 * @file What the page says about methods that learn an initialisation φ over long trajectories: the idea, the equation, where we differ, what
 * theory says of the cost, and published numbers. Sources come from the methods themselves; titles are theirs without options.
 *
 * θ^t_i is task t after i inner steps from φ, U_k(φ) = θ_k; α and β are the inner and the meta step size; K inner steps are a trajectory.
 */
import type { PublishedNumber } from '@longhorizon/harness';
import type { Card } from '../cards.ts';

export type InitialisationCard = Card & { readonly title: string };

const poster = {
  citation:
    'Shin, Lee, Gong, Hwang, "Large-scale meta-learning with continual trajectory shifting", ICML 2021',
  url: 'https://arxiv.org/abs/2102.07215',
};

/** Read off the poster's figures: ResNet-20, eight source tasks, K = 1000, 200,000 inner steps. */
interface Published {
  /** Mean training loss over the tasks after 20,000 and 200,000 inner steps. */
  readonly loss: readonly [early: string, end: string];
  /** Test accuracy on two unseen sets after 10,000 and 200,000 inner steps, in per cent. */
  readonly accuracy: readonly [
    first: readonly [early: string, end: string],
    second: readonly [early: string, end: string],
  ];
}

function published({ loss, accuracy }: Published): readonly PublishedNumber[] {
  const number = (what: string, value: string, note: string): PublishedNumber => ({
    what,
    value,
    source: poster,
    note,
  });
  const lossNote = 'poster, figure read to ± 0.005: eight sets of pictures, K = 1000';
  const accuracyNote =
    'poster, figure read to ± 0.1 point; the poster names the two sets STL10 and VGG Pets, in one order in one figure and in the other in the next';
  return [
    number('meta-training loss after 20,000 inner steps', loss[0], lossNote),
    number('meta-training loss after 200,000 inner steps', loss[1], lossNote),
    ...(['first', 'second'] as const).flatMap((which, k) => [
      number(
        `accuracy on the ${which} unseen set after 10,000 inner steps`,
        `${accuracy[k]![0]} %`,
        accuracyNote,
      ),
      number(
        `accuracy on the ${which} unseen set after 200,000 inner steps`,
        `${accuracy[k]![1]} %`,
        accuracyNote,
      ),
    ]),
  ];
}

/**
 * Bytes do not grow with K, but for the losses that are kept, 4 a step and task; nor does the time of an inner step. Both grow with the body.
 */
const theory = { memory: { horizon: 0, dimension: 1 }, time: { horizon: 0, dimension: 1 } } as const;
const baselines = 'packages/bilevel/src/init/methods';

export const initialisationCards = {
  trajectoryShifting: {
    title: 'Continual Trajectory Shifting',
    idea:
      'φ moves after every inner step instead of once in K, and every task is moved by the same vector, as if its trajectory had begun at the ' +
      'new φ. So there are K times as many meta-updates, and within a trajectory their horizon grows from 1 to K.',
    equation: {
      text: 'Δ = β (1/n Σ_t θ^t − φ);  φ ← φ + Δ;  θ^t ← θ^t + Δ,  since U_k(φ + Δ) = U_k(φ) + Δ + O(βαhk + β²)',
      place: 'algorithm 2',
    },
    deviations: [
      'All tasks begin at one random φ; the released code meant to share it, and does not until the first meta-update.',
      'Tasks run side by side on one device where their shapes agree, and one after another where they do not; the order changes nothing.',
    ],
    theory: {
      ...theory,
      note: 'Error of a trajectory with k shifts: O(βαhk² + β²k), h a bound on the Hessians. Memory: tasks × (weights + state) + φ.',
    },
    published: published({
      loss: ['1.18', '0.956'],
      accuracy: [
        ['69.4', '73.1'],
        ['76.7', '78.8'],
      ],
    }),
    code: 'packages/trajectory-shifting/src/continual-trajectory-shifting.ts',
  },
  reptile: {
    title: 'Reptile',
    idea: 'K inner steps, then φ moves towards the mean of where the tasks are. One meta-update a trajectory.',
    equation: { text: 'φ ← φ + β (1/n Σ_t θ^t_K − φ)', place: 'algorithm 2' },
    theory,
    published: published({
      loss: ['1.335', '0.984'],
      accuracy: [
        ['64.6', '70.9'],
        ['75.0', '78.0'],
      ],
    }),
    code: `${baselines}/reptile.ts`,
  },
  leap: {
    title: 'Leap',
    idea:
      'A path on the surface of the loss is shorter if it begins further along. φ moves along the sum of the steps of all paths, each ' +
      'scaled by its length on the surface.',
    equation: {
      text: 'φ ← φ + β · 1/n Σ_t Σ_i (Δθ_i − |Δf_i| ∇L_t(θ_i)) / ‖(Δθ_i, Δf_i)‖',
      place: 'equation 6, algorithm 1, with the stabiliser',
    },
    deviations: [
      'Both losses of a step are taken on its own batch, one forward pass more a step; the authors compare those of two batches.',
      'Heads are no part of φ, and lengths are those of the body.',
      'The release of Continual Trajectory Shifting mixes the state after a step with the loss before it; that is not followed.',
    ],
    theory,
    published: published({
      loss: ['1.60', '1.14'],
      accuracy: [
        ['59.9', '66.7'],
        ['71.5', '76.0'],
      ],
    }),
    code: `${baselines}/leap.ts`,
  },
  fomaml: {
    title: 'FOMAML',
    idea: 'The validation gradient where the tasks end, applied to φ as if a trajectory did not bend.',
    equation: { text: 'φ ← φ − β · 1/n Σ_t ∇L^val_t(θ^t_K)', place: 'section 5.2' },
    deviations: [
      'One validation batch a task and trajectory unless said otherwise; the release averages several.',
    ],
    theory,
    published: published({
      loss: ['2.60', '2.62'],
      accuracy: [
        ['55.1', '54.4'],
        ['67.7', '67.9'],
      ],
    }),
    code: `${baselines}/fomaml.ts`,
  },
  multiStepFomaml: {
    title: 'FOMAML, multi-step loss',
    idea: 'FOMAML with a multi-step loss: validation gradients along the whole trajectory, not at its end alone.',
    equation: {
      text: 'φ ← φ − β Σ_i v_i · 1/n Σ_t ∇L^val_t(θ^t_i)',
      place: 'section 4, multi-step loss, first order',
    },
    deviations: [
      'The weights v_i are equal; the paper moves them to the last step as training goes on.',
      'The suite takes the loss at ten places along a trajectory.',
      'The poster’s curve "FOMAML++" is probably this; which script made it is not known.',
    ],
    theory: { ...theory, note: 'One gradient more for each inner step that is judged.' },
    published: published({
      loss: ['2.46', '1.72'],
      accuracy: [
        ['55.3', '65.0'],
        ['68.4', '73.4'],
      ],
    }),
    code: `${baselines}/multi-step-fomaml.ts`,
  },
  imaml: {
    title: 'iMAML',
    idea:
      'If the inner problem keeps θ near φ, its minimum moves with φ in a way that the Hessian there tells, whatever path led to it. A linear ' +
      'system by conjugate gradients takes the place of the trajectory.',
    equation: {
      text: '(I + ∇²L_t(θ^t_K)/λ) v_t = ∇L^val_t(θ^t_K);  φ ← φ − β · 1/n Σ_t v_t',
      place: 'algorithms 1 and 2',
    },
    deviations: [
      'As in the release of Continual Trajectory Shifting, inner steps have no proximal term; K steps keep θ near φ.',
      'The Hessian is that of the last batch, and heads are held constant in it.',
    ],
    theory: {
      ...theory,
      note: 'Ten Hessian products a task and trajectory, whatever K; three vectors like the bodies beside them.',
    },
    published: published({
      loss: ['2.60', '≈ 2.53'],
      accuracy: [
        ['≈ 55', '54.0'],
        ['68.1', '67.8'],
      ],
    }),
    code: `${baselines}/imaml.ts`,
  },
  multiTask: {
    title: 'Multi-task learning',
    idea: 'No meta-learning: one body trained on all tasks at once, with a head for each.',
    equation: { text: 'φ ← φ − α · 1/n Σ_t ∇L_t(φ, head^t)', place: 'hard parameter sharing' },
    deviations: ['With Adam every task keeps moments of its own, and φ takes the mean of their steps.'],
    theory,
    code: `${baselines}/multi-task.ts`,
  },
  fineTuning: {
    title: 'Fine-tuning',
    idea: 'No meta-learning: the body of one source task, trained as usual.',
    equation: { text: 'φ ← body(θ^source)', place: 'the usual practice' },
    deviations: ['The source is a task of the set; the paper takes a TinyImageNet or ImageNet model.'],
    theory,
    code: `${baselines}/fine-tuning.ts`,
  },
  scratch: {
    title: 'From scratch',
    idea: 'No learning at all before the unseen task: φ as it was drawn.',
    equation: { text: 'φ random', place: 'the usual practice' },
    theory: { memory: theory.memory },
    code: `${baselines}/scratch.ts`,
  },
} satisfies Readonly<Record<string, InitialisationCard>>;
