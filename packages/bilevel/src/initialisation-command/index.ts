/** @file The command `initialisation`, for hosts with files. */
export { InputError } from '../command/fields.ts';
export { type Answer, type FileKind, initialisationCommand } from './command.ts';
export type { InitialisationMethodReport, InitialisationReport, StepReport } from './compute.ts';
export {
  baselineInitialisations,
  type InitialisationContext,
  type InitialisationEntry,
  initialisationEntry,
} from './methods.ts';
export { quadraticsKind } from './quadratics.ts';
