/** @file Whether stretches of small steps run inside one dispatch: the option of openDevice(), or the environment's LONGHORIZON_RESIDENT. */
import { DeviceUsageError } from './errors.ts';

/**
 * `auto`: where it was measured to be quicker; `always`: wherever steps recur, and what does not fit is an error; `never`: each kernel has a
 * dispatch of its own.
 */
export const residentChoices = ['auto', 'always', 'never'] as const;

/** The variable of the environment that says it where `openDevice` is not told. */
export const residentVariable = 'LONGHORIZON_RESIDENT';

/** One of {@link residentChoices}. */
export type ResidentChoice = (typeof residentChoices)[number];

/**
 * The choice asked for; `auto` by default.
 *
 * @throws {DeviceUsageError} for a word that is none
 */
export function residentChoice(asked: string | undefined): ResidentChoice {
  const environment = typeof process === 'undefined' ? undefined : process.env?.[residentVariable]?.trim();
  const word = asked ?? (environment === '' ? undefined : environment) ?? 'auto';
  const choice = residentChoices.find((known) => known === word);
  if (choice !== undefined) return choice;
  const source = asked === undefined ? `${residentVariable} is` : 'resident was given as';
  throw new DeviceUsageError(`${source} '${word}', which is no choice; give ${residentChoices.join(', ')}.`);
}
