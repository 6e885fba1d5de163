import { init } from '@longhorizon/bilevel';
import { gradientRates, initMethod, theory } from '../init-method.ts';
import { fields, whole } from '../options.ts';
import { poster } from '../published/trajectory-shifting.ts';

export const method = initMethod({
  name: 'fomaml-msl',
  title: 'FOMAML, multi-step loss',
  rates: gradientRates,
  cost: 'heavy',
  options: fields({ every: whole('every').default(1) }),
  make: ({ beta, every }) => init.multiStepFomaml({ rate: beta, every }),
  // Validation gradients along a trajectory, ten at most.
  inSuites: ({ horizon }) => ({ every: horizon % 10 === 0 ? horizon / 10 : 1 }),
  card: {
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
    published: poster({
      loss: ['2.46', '1.72'],
      accuracy: [
        ['55.3', '65.0'],
        ['68.4', '73.4'],
      ],
    }),
    code: 'packages/bilevel/src/init/methods/multi-step-fomaml.ts',
  },
});
