import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { failuresOfAbsence, findSecondDriver } from './second-driver.ts';

test('a driver file that was named and is not there is a failure', () => {
  const driver = findSecondDriver({ ...process.env, SWIFTSHADER_ICD: '/no/such/icd.json' });
  expect(driver).toEqual({
    kind: 'absent',
    why: 'SWIFTSHADER_ICD names /no/such/icd.json, which does not exist',
    wasNamed: true,
  });
});

test('an absent driver is a failure where it was named or the run is for it alone', () => {
  expect(failuresOfAbsence({ wasNamed: true }, false)).toBe(1);
  expect(failuresOfAbsence({ wasNamed: false }, true)).toBe(1);
  expect(failuresOfAbsence({ wasNamed: false }, false)).toBe(0);
});

const installed = findSecondDriver(process.env);

test.skipIf(installed.kind === 'absent')('no variable that selects another driver is left beside it', () => {
  const driver = findSecondDriver({
    ...process.env,
    VK_ICD_FILENAMES: '/no/such/icd.json',
    LONGHORIZON_ADAPTER: 'another',
  });
  expect(driver.kind).toBe('found');
  const { environment } = driver as Extract<typeof driver, { readonly kind: 'found' }>;
  expect(environment.VK_ICD_FILENAMES).toBeUndefined();
  expect(environment.LONGHORIZON_ADAPTER).toBeUndefined();
  expect(environment.VK_DRIVER_FILES).toBeDefined();
});

test.runIf(process.platform === 'linux')('a driver that does not work is not taken for one that does', () => {
  const folder = mkdtempSync(join(tmpdir(), 'longhorizon-driver-'));
  try {
    const file = join(folder, 'icd.json');
    const icd = { file_format_version: '1.0.0', ICD: { library_path: './none.so', api_version: '1.1.0' } };
    writeFileSync(file, JSON.stringify(icd));
    const driver = findSecondDriver({ ...process.env, SWIFTSHADER_ICD: file });
    expect(driver).toMatchObject({
      kind: 'absent',
      why: expect.stringContaining('is there but does not work'),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
