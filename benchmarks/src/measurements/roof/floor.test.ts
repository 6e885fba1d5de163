/** @file A cell of a bilevel suite whose time lies below the adapter's roof is no result. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exactReverse } from '@longhorizon/bilevel';
import { trackingOfSize } from '@longhorizon/bilevel/problems';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Case } from '../case.ts';
import { closeDevices, sharedDevice } from '../device.ts';
import { timePass } from '../time.ts';
import { useRoofs } from './floor.ts';
import { madeUpRoof } from './made-up-roof.ts';
import { roofOf, writeRoof } from './store.ts';

const folder = mkdtempSync(join(tmpdir(), 'longhorizon-floors-'));
beforeAll(() => vi.stubEnv('XDG_CONFIG_HOME', folder));
afterAll(async () => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
  await closeDevices();
});

it('a hypergradient faster than the roof allows is refused; under a high roof it is a time', async () => {
  const device = await sharedDevice(undefined);
  const cell: Case = {
    config: {
      suite: '',
      problem: '',
      method: 'exact-reverse',
      horizon: 20,
      dimension: 3,
      seed: 0,
      profile: 'quick',
      pass: 'time',
      parameters: {},
    },
    seeds: {},
    device,
    problem: trackingOfSize(6, 3),
    method: exactReverse(),
    oracle: undefined,
    recipe: undefined,
    signal: new AbortController().signal,
  };
  writeRoof(madeUpRoof(device.adapter, 1));
  await expect(timePass(cell)).resolves.toMatchObject({ status: 'ok' });
  useRoofs(roofOf);
  await expect(timePass(cell)).rejects.toMatchObject({
    status: 'error',
    message: expect.stringMatching(/^a measuring fault: .* operations .* by its roof of 2026-01-02/),
  });
  writeRoof(madeUpRoof(device.adapter, 1e18));
  await expect(timePass(cell)).resolves.toMatchObject({ status: 'ok' });
});
