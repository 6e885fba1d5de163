/** @file A cell whose time lies below the adapter's roof is no result. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exactReverse, prepare } from '@longhorizon/bilevel';
import { trackingOfSize } from '@longhorizon/bilevel/problems';
import type { Measurement } from '@longhorizon/harness';
import { type Device, DeviceArray, input, multiply, openDevice, Plan } from '@longhorizon/tensor';
import type { ResidentChoice } from '@longhorizon/tensor/device';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Case } from '../case.ts';
import { closeDevices } from '../device.ts';
import { madeUpCase } from '../made-up-case.ts';
import { stepTime } from '../step-time.ts';
import { timePass } from '../time.ts';
import { trainingPass } from '../training.ts';
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

const makeCell = (): Promise<Case> =>
  madeUpCase(exactReverse(), 20, { innerOptimisations: 1, rate: 0.01, evaluateEvery: 1 });

/** Passes whose times are held to the roof. */
const passes: Readonly<Record<string, (cell: Case) => Promise<Measurement>>> = {
  time: timePass,
  training: trainingPass,
  'time of a training step': async ({ device, config, signal }) => {
    const x = input([64]);
    const plan = await Plan.make(device, {
      outputs: [multiply(x, x)],
      arrays: new Map([[x, operand(device)]]),
    });
    const step = async (): Promise<void> => {
      plan.run();
      await device.idle();
    };
    return stepTime(device, { step, plain: step }, config, signal);
  },
};
const operand = (device: Device): DeviceArray => DeviceArray.from(device, new Float32Array(64), [64]);

it.each(Object.entries(passes))(
  'the pass %s refuses what is faster than the roof allows; under a high roof it is a time',
  async (_, pass) => {
    const cell = await makeCell();
    useRoofs(() => undefined);
    writeRoof(madeUpRoof(cell.device.adapter, 1));
    await expect(pass(cell)).resolves.toMatchObject({ status: 'ok' });
    useRoofs(roofOf);
    await expect(pass(cell)).rejects.toMatchObject({
      status: 'error',
      message: expect.stringMatching(/^a measuring fault: .* operations .* by its roof of 2026-01-02/),
    });
    writeRoof(madeUpRoof(cell.device.adapter, 1e18));
    await expect(pass(cell)).resolves.toMatchObject({ status: 'ok' });
  },
);

it('a device counts the operations of replayed and of resident runs alike', async () => {
  const count = async (resident: ResidentChoice): Promise<number> => {
    const device = await openDevice({ resident });
    const run = await prepare(device, trackingOfSize(6, 3), exactReverse(), { horizon: 40 });
    await run.compute();
    const { operations } = device;
    run.destroy();
    await device.close();
    return operations;
  };
  const replayed = await count('never');
  expect(replayed).toBeGreaterThan(40 * 6);
  expect(await count('always')).toBe(replayed);
});
