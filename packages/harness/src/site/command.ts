import type { CellConfig } from '../cell/config.ts';

/** The command that measures one cell again. */
export function reproduceCommand(config: CellConfig, command = 'npx nx run bench'): string {
  const { suite, problem, method, horizon, dimension, seed, profile, pass } = config;
  return (
    `${command} --suite ${suite} --problem ${problem} --method ${method} --horizon ${horizon} --dim ${dimension} ` +
    `--seeds ${seed}..${seed} --pass ${pass} --profile ${profile} --no-resume`
  );
}
