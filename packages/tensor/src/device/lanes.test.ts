/** @file Kernels are right with vectors of 8 and of 16 lanes, each in a process whose driver was told so. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { useDevice } from '../testing/device.ts';

const program = fileURLToPath(new URL('./testing/lanes.ts', import.meta.url));
const device = useDevice();

it.each([8, 16])('with %i lanes', (lanes) => {
  // Other drivers have no such setting.
  if (device().profile.name !== 'llvmpipe') return;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=longhorizon-source', '--import', 'tsx', program],
    { encoding: 'utf8', env: { ...process.env, LP_NATIVE_VECTOR_WIDTH: String(32 * lanes) } },
  );
  const said = JSON.parse(stdout || 'null');
  expect(said, stderr).toMatchObject({ lanes, subgroup: lanes });
  for (const [name, error] of Object.entries(said.errors)) expect(error, name).toBeLessThan(2e-6);
});
