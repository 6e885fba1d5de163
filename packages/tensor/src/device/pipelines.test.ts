import { expect, it } from 'vitest';
import { WgslError } from './errors.ts';
import { openDevice } from './open.ts';

it('a text that does not compile is compiled again when asked for again, and counted as failed each time', async () => {
  const device = await openDevice();
  const text = '@compute @workgroup_size(1) fn main() { let x: u32 = 1.5; }';
  for (const times of [1, 2]) {
    await expect(device.pipeline(text)).rejects.toThrow(WgslError);
    expect(device.pipelineStatistics()).toMatchObject({ requested: times, failed: times, cacheHits: 0 });
  }
  await device.close();
});
