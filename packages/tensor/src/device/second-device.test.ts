/** @file The jobs of a second device: one after another, without consequences when they fail, and over when the first device closes. */
import { expect, it } from 'vitest';
import { openDevice } from './open.ts';
import { compilesOnSecondDevice, SecondDevice } from './second-device.ts';

function fakeDevice() {
  const events: string[] = [];
  const second = new SecondDevice(async () => {
    events.push('open');
    return {
      close: async () => {
        events.push('close');
      },
    };
  });
  return { events, second };
}

it('is opened at its first job, runs jobs in order, and outlives one that fails', async () => {
  const { events, second } = fakeDevice();
  expect(events).toEqual([]);
  second.use(async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    events.push('first');
    throw new Error('a module that this device cannot compile');
  });
  await new Promise<void>((resolve) => {
    second.use(async () => {
      events.push('second');
      resolve();
    });
  });
  await second.close();
  expect(events).toEqual(['open', 'first', 'second', 'close']);
});

it('tells a job that runs to stop, starts no other, and closes after it', async () => {
  const { events, second } = fakeDevice();
  let parts = 0;
  second.use(async (_, isWanted) => {
    for (; isWanted(); parts++) await new Promise((resolve) => setTimeout(resolve, 1));
    events.push('stopped');
  });
  second.use(async () => {
    events.push('too late');
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  await second.close();
  expect(parts).toBeGreaterThan(0);
  expect(events).toEqual(['open', 'stopped', 'close']);
});

it('closes without having been used, and when it could not be opened', async () => {
  await fakeDevice().second.close();
  const refused = new SecondDevice<{ close(): Promise<void> }>(() => Promise.reject(new Error('no adapter')));
  refused.use(async () => {});
  await refused.close();
});

it('is of use to llvmpipe alone, and needs its cache', async () => {
  expect(await compilesOnSecondDevice('an adapter in silicon')).toBe(false);
  const before = process.env.MESA_SHADER_CACHE_DISABLE;
  try {
    process.env.MESA_SHADER_CACHE_DISABLE = 'true';
    expect(await compilesOnSecondDevice('llvmpipe')).toBe(false);
    const device = await openDevice();
    expect(device.second).toBeUndefined();
    await device.close();
  } finally {
    if (before === undefined) delete process.env.MESA_SHADER_CACHE_DISABLE;
    else process.env.MESA_SHADER_CACHE_DISABLE = before;
  }
});

it('is left out when asked', async () => {
  const device = await openDevice({ secondDevice: false });
  expect(device.second).toBeUndefined();
  await device.close();
});
