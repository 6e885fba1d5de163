/** @file Under which settings of a software driver cells run. */
import { listCells } from '@longhorizon/harness';
import { describe, expect, it } from 'vitest';
import { suites } from '../suites/index.ts';
import { settingsOfCell, variablesOfCell } from './driver.ts';

const software = {
  vendor: 'mesa',
  architecture: 'software',
  device: 'llvmpipe-llvm-15-0-6-256-bits-',
  description: 'llvmpipe: Mesa 25.0.7',
  kind: 'software' as const,
  isFallback: true,
  features: [],
  limits: {},
  toggles: [],
};
const graphics = { ...software, vendor: 'nvidia', device: 'H200', description: '', isFallback: false };
const own = Object.fromEntries(['LP_NUM_THREADS', 'LP_NATIVE_VECTOR_WIDTH'].map((name) => [name, undefined]));

/** Sets variables of this process for a moment, as a user would before it starts. */
function under<Result>(variables: Record<string, string | undefined>, use: () => Result): Result {
  const before = { ...process.env };
  const set = (all: Record<string, string | undefined>): void => {
    for (const [name, value] of Object.entries(all))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  };
  set(variables);
  try {
    return use();
  } finally {
    set(Object.fromEntries(Object.keys(variables).map((name) => [name, before[name]])));
  }
}

const settings = (name: string, problem: string, adapter = software, isolation = 'worker' as const) =>
  settingsOfCell(
    suites.find(({ suite }) => suite.name === name),
    { problem, profile: 'quick' },
    { adapter, isolation },
  );

describe('settings of a cell', () => {
  it('small dispatches have no threads, large ones the driver’s', () => {
    under(own, () => {
      expect(settings('hypergradient', 'tracking')).toMatchObject({ LP_NUM_THREADS: '0' });
      expect(settings('kernels', 'matmul-64')).toMatchObject({ LP_NUM_THREADS: '0' });
      for (const row of ['matmul-1024', 'add-2e20', 'sgd-step-convolutional'])
        expect(settings('kernels', row).LP_NUM_THREADS, row).toBeUndefined();
      expect(settings('few-shot', 'maml-conv4-glyphs-5w1s').LP_NUM_THREADS).toBeUndefined();
    });
  });

  it("a user's own stand, other adapters have none, and cells of this process have its own", () => {
    under({ ...own, LP_NUM_THREADS: '3' }, () => {
      expect(settings('hypergradient', 'tracking')).toMatchObject({ LP_NUM_THREADS: '3' });
      expect(settings('hypergradient', 'tracking', graphics)).toEqual({});
    });
    under(own, () => {
      const here = { adapter: software, isolation: 'in-process' as const };
      expect(settingsOfCell(undefined, { problem: 'tracking', profile: 'quick' }, here)).toEqual({});
    });
  });

  it('whether steps run resident is said where it was not left to the device', () => {
    const at = { adapter: graphics, isolation: 'worker' as const };
    const of = (choice: string | undefined) =>
      under({ ...own, LONGHORIZON_RESIDENT: choice }, () =>
        variablesOfCell(undefined, { problem: 'tracking', profile: 'quick' }, at),
      );
    expect([of(undefined), of(''), of('auto')]).toEqual([{}, {}, {}]);
    expect(of('never')).toEqual({ LONGHORIZON_RESIDENT: 'never' });
    expect(() => of('perhaps')).toThrow(
      "LONGHORIZON_RESIDENT is 'perhaps', which is no choice; give auto, always, never.",
    );
  });

  it('all methods at a point have one setting', () => {
    const declared = suites.map(({ suite }) => suite);
    for (const profile of ['quick', 'standard']) {
      const points = new Map<string, Set<string>>();
      for (const { config, isolation } of listCells(declared, { profile }).cells) {
        const suite = suites.find((one) => one.suite.name === config.suite);
        const { suite: name, problem, horizon, dimension, pass } = config;
        const point = JSON.stringify([name, problem, horizon, dimension, pass]);
        const set = JSON.stringify(settingsOfCell(suite, config, { adapter: software, isolation }));
        points.set(point, (points.get(point) ?? new Set()).add(set));
      }
      expect([...points].filter(([, all]) => all.size > 1)).toEqual([]);
    }
  });
});
