/// <reference path="./jstat.d.ts" />
import jstat from 'jstat';

const { normal, studentt } = jstat.jStat;

/** The value below which a standard normal number lies with this probability. */
export function normalQuantile(probability: number): number {
  return normal.inv(probability, 0, 1);
}

/** The probability that a standard normal number lies below this value. */
export function normalProbability(value: number): number {
  return normal.cdf(value, 0, 1);
}

/** The value below which Student's t lies with this probability. */
export function studentQuantile(probability: number, degreesOfFreedom: number): number {
  return studentt.inv(probability, degreesOfFreedom);
}

/** The probability that Student's t lies below this value. */
export function studentProbability(value: number, degreesOfFreedom: number): number {
  return studentt.cdf(value, degreesOfFreedom);
}
