/** @file Continual Trajectory Shifting (Shin et al., ICML 2021). */
export {
  continualTrajectoryShifting,
  type TrajectoryShiftingOptions,
} from './continual-trajectory-shifting.ts';
export { exactShift } from './exact-shift.ts';
export { fomamlShifting } from './fomaml-shifting.ts';
