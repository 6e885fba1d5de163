import { fomamlShifting } from '@longhorizon/trajectory-shifting';
import { initMethod } from '../init-method.ts';

export const method = initMethod({
  name: 'fomaml-shifting',
  title: 'FOMAML with trajectory shifting',
  only: 'files',
  make: ({ beta }) => fomamlShifting({ rate: beta }),
  card: {
    idea: 'The meta-update of FOMAML after every inner step, and every task moved with φ.',
    code: 'packages/trajectory-shifting/src',
  },
});
