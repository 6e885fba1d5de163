/** @file What tracking ends with, told apart by exit code. */
import { UsageError } from '../errors.ts';

/** What `bench track` ends with. 1 is a crash and never a verdict; 2 is usage; 130 an interruption. */
export const trackExitCodes = {
  fine: 0,
  slower: 3,
  worse: 4,
  answers: 5,
  inconclusive: 6,
  noBaseline: 7,
} as const;

/** There is nothing to compare with: no git, no such commit here, a base that cannot be made to run. Said, and not failed unless `--strict`. */
export class NoBaselineError extends UsageError {
  override readonly name = 'NoBaselineError';
  override readonly exitCode = trackExitCodes.noBaseline;
}
