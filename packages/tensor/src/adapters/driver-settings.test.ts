/** @file What the software driver is told, and what it is not to be told. */
import { describe, expect, it } from 'vitest';
import { driverSettings, driverSettingsProblem, givenSettings } from './driver-settings.ts';

describe('settings by work', () => {
  it.each([
    ['small', { LP_NUM_THREADS: '0' }],
    ['large', {}],
  ] as const)('%s dispatches', (work, settings) => {
    expect(driverSettings(work, { PATH: '/bin', LP_NUM_THREADS: '' })).toEqual(settings);
  });

  it("a user's own setting wins, and an empty one is none", () => {
    const own = { LP_NUM_THREADS: '4', LP_NATIVE_VECTOR_WIDTH: '256', PATH: '/bin' };
    const given = { LP_NUM_THREADS: '4', LP_NATIVE_VECTOR_WIDTH: '256' };
    expect(driverSettings('small', own)).toEqual(given);
    expect(givenSettings(own)).toEqual(given);
    expect(givenSettings({ LP_NUM_THREADS: '' })).toEqual({});
  });
});

describe('settings that the driver would misread', () => {
  it.each([
    ['LP_NUM_THREADS', 'abc'],
    ['LP_NUM_THREADS', '-1'],
    ['LP_NUM_THREADS', '1.5'],
    ['LP_NATIVE_VECTOR_WIDTH', '300'],
    ['LP_NATIVE_VECTOR_WIDTH', '1024'],
    ['LP_NATIVE_VECTOR_WIDTH', 'wide'],
  ])('%s=%s is a sentence', (name, value) => {
    const problem = driverSettingsProblem({ [name]: value });
    expect(problem).toContain(`${name} is '${value}'`);
    expect(problem).toMatch(/unset it\.$/);
  });

  it.each([
    {},
    { LP_NUM_THREADS: '' },
    { LP_NUM_THREADS: '0', LP_NATIVE_VECTOR_WIDTH: '512' },
    { LP_NUM_THREADS: '32', LP_NATIVE_VECTOR_WIDTH: '128' },
  ])('%j is fine', (environment) => {
    expect(driverSettingsProblem(environment)).toBeUndefined();
  });
});
