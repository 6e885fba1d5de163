/**
 * @file Looks at the variables of the software driver before it is loaded: some values end the process without a word.
 */
import { StartError } from './say.mjs';

const place = '../../packages/tensor/src/adapters/driver-settings.ts';

/**
 * What is known of the driver's variables: TypeScript, so that it needs the installed packages.
 * @returns {Promise<Pick<typeof import('@longhorizon/tensor/device'), 'driverSettings' | 'driverSettingsProblem'>>}
 */
export async function driverRules() {
  const { tsImport } = await import('tsx/esm/api');
  return tsImport(place, import.meta.url);
}

/**
 * Costs nothing where no variable is set.
 * @param {NodeJS.ProcessEnv} environment
 * @throws {StartError} for a value that the driver would misread or end the process at
 */
export async function checkDriverSettings(environment) {
  if (!Object.keys(environment).some((name) => name.startsWith('LP_'))) return;
  const { driverSettingsProblem } = await driverRules();
  const problem = driverSettingsProblem(environment);
  if (problem !== undefined) throw new StartError(problem);
}
