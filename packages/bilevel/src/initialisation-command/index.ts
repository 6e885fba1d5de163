/** @file The command `initialisation`, for hosts with files. */
export {
  above0,
  checked,
  fields,
  InputError,
  number,
  refuse,
  vector,
  whole,
} from '../command/fields.ts';
export { chooseNamed, methodChoices, type NamedEntry, namedEntry } from '../command/named-entries.ts';
export { showNumber, showVector, tableOf } from '../command/table.ts';
export { type Answer, type FileKind, initialisationCommand } from './command.ts';
export type { InitialisationMethodReport, InitialisationReport, StepReport } from './compute.ts';
export {
  baselineInitialisations,
  type InitialisationContext,
  type InitialisationEntry,
  initialisationEntry,
} from './methods.ts';
export { quadraticsKind } from './quadratics.ts';
