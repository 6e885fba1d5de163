import { expect, it } from 'vitest';
import { checkDriverSettings } from './driver-settings.mjs';
import { StartError } from './say.mjs';

it('nonsense in a variable of the software driver is refused before the driver is loaded', async () => {
  const check = (environment: NodeJS.ProcessEnv) => checkDriverSettings(environment);
  await expect(check({ LP_NATIVE_VECTOR_WIDTH: '300' })).rejects.toThrow(
    /LP_NATIVE_VECTOR_WIDTH is '300'.*128, 256 or 512 bits/,
  );
  await expect(check({ LP_NUM_THREADS: 'abc' })).rejects.toBeInstanceOf(StartError);
  await check({ LP_NUM_THREADS: '0', LP_NATIVE_VECTOR_WIDTH: '256' });
  await check({ PATH: '/bin' });
});
