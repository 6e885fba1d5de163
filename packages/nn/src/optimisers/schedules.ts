/**
 * @file Hyperparameters that change with the step: functions of the step's number, a u32 scalar, so that a replayed loop
 * follows them without the host.
 */
import {
  add,
  cast,
  constant,
  cos,
  divide,
  exp,
  greaterEqual,
  minimum,
  multiply,
  subtract,
  type Tensor,
} from '@longhorizon/tensor';
import type { Schedule } from './optimiser.ts';

/** A number, or a scalar tensor that derivatives are wanted for. */
type Scalar = number | Tensor;

function checkSteps(asker: string, steps: number): void {
  if (!Number.isInteger(steps) || steps < 1)
    throw new RangeError(`${asker}: ${steps} steps were asked for; give a whole number of 1 or more.`);
}

/** step/steps, at most 1. */
const progress = (step: Tensor, steps: number): Tensor => minimum(divide(cast(step, 'f32'), steps), 1);

/** From `start` at step 0 in a straight line to `end` at step `steps`, and `end` from there on. */
export function linearSchedule(start: Scalar, end: Scalar, steps: number): Schedule {
  checkSteps('linearSchedule', steps);
  return (step) => {
    const done = progress(step, steps);
    return add(multiply(start, subtract(1, done)), multiply(end, done));
  };
}

/** From `start` at step 0 along half a cosine to `end` at step `steps` (Loshchilov and Hutter, "SGDR", ICLR 2017). */
export function cosineSchedule(start: Scalar, end: Scalar, steps: number): Schedule {
  checkSteps('cosineSchedule', steps);
  return (step) => {
    const share = multiply(0.5, add(1, cos(multiply(Math.PI, progress(step, steps)))));
    return add(multiply(start, share), multiply(end, subtract(1, share)));
  };
}

/** `start` times `factor` for each milestone that the step has reached. */
export function stepSchedule(start: Scalar, factor: number, milestones: readonly number[]): Schedule {
  return (step) => {
    let value: Scalar = start;
    for (const milestone of milestones) {
      const reached = cast(greaterEqual(step, milestone), 'f32');
      value = multiply(value, add(1, multiply(reached, factor - 1)));
    }
    return typeof value === 'number' ? constant(value) : value;
  };
}

/** start · rate^step. */
export function exponentialSchedule(start: Scalar, rate: number): Schedule {
  if (!(rate > 0))
    throw new RangeError(`exponentialSchedule: a rate of ${rate} was asked for; give a number above 0.`);
  return (step) => multiply(start, exp(multiply(cast(step, 'f32'), Math.log(rate))));
}

/** Another schedule, raised in a straight line from 1/steps of its value at step 0 to all of it at step steps − 1. */
export function warmUp(steps: number, after: Schedule): Schedule {
  checkSteps('warmUp', steps);
  return (step) => multiply(after(step), minimum(divide(add(cast(step, 'f32'), 1), steps), 1));
}
