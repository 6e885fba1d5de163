import type { Model } from '@longhorizon/nn';
import type { Pictures, Victim } from './victims.ts';

/** The network that guesses gradients, and where its weights start for every picture. */
export interface Attacker {
  readonly network: Model;
  readonly start: ArrayLike<number>;
  /** Steps of Adam on the differences of one estimate, 20 when left out. */
  readonly fitSteps?: number;
  /** Their learning rate, 0.01 when left out. */
  readonly fitRate?: number;
}

export interface AttackOptions {
  /** Pictures that the victim gets right. */
  readonly pictures: Pictures;
  readonly victim: Victim;
  /** Undefined for finite differences at random coordinates alone. */
  readonly attacker?: Attacker;
  /** q: coordinates of an estimate. */
  readonly coordinates: number;
  /** An estimate every so many iterations; 5 when left out, and always 1 without an attacker. */
  readonly period?: number;
  readonly iterations: number;
  /** Of Adam in tanh space. */
  readonly rate: number;
  /** c: how much the margin counts beside the distance; 1 when left out. */
  readonly weight?: number;
  /** h of the differences, 10⁻³ when left out. */
  readonly difference?: number;
  /** Chooses coordinates where no attacker does. */
  readonly seed: number;
}

/** An estimate every so many iterations. */
export const periodOf = ({ attacker, period = 5 }: AttackOptions): number =>
  attacker === undefined ? 1 : period;

/** @throws RangeError with a sentence where an attack cannot be made of these options */
export function checked(options: AttackOptions): AttackOptions {
  const { coordinates, iterations, difference = 1e-3 } = options;
  const { images, labels } = options.pictures;
  const pixels = images.length / labels.length;
  const refuse = (what: string): never => {
    throw new RangeError(`attack: ${what}`);
  };
  if (labels.length === 0) refuse('there are no pictures; give one or more that the victim gets right.');
  if (!(Number.isInteger(coordinates) && coordinates >= 1 && coordinates <= pixels))
    refuse(
      `${coordinates} coordinates of an estimate were asked for; pictures have ${pixels}, so give 1 to ${pixels}.`,
    );
  const period = periodOf(options);
  if (!(Number.isInteger(period) && period >= 1))
    refuse(`a period of ${period} was asked for; give a whole number from 1.`);
  if (!(Number.isInteger(iterations) && iterations >= 1))
    refuse(`${iterations} iterations were asked for; give a whole number from 1.`);
  if (!(difference > 0 && difference < 0.5))
    refuse(
      `differences of h = ${difference} were asked for; pixels lie between 0 and 1, so give a small number above 0.`,
    );
  return options;
}
