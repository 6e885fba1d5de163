import type { CellConfig } from '../cell/config.ts';
import { tunedParameter } from '../cell/tuning.ts';

/** The command that measures one cell again. */
export function reproduceCommand(config: CellConfig, cellId: string, command = 'npx nx run bench'): string {
  const { suite, problem, method, horizon, dimension, seed, profile, pass, parameters } = config;
  // Free parameters have no options of their own; the cell's name picks the right one.
  const tuned = tunedParameter in parameters ? ' --tuned' : '';
  const variant = Object.keys(parameters).length === 0 ? '' : ` --cell ${cellId.slice(0, 12)}`;
  return (
    `${command} --suite ${suite} --problem ${problem} --method ${method} --horizon ${horizon} --dim ${dimension} ` +
    `--seeds ${seed}..${seed} --pass ${pass} --profile ${profile}${tuned}${variant} --no-resume`
  );
}
