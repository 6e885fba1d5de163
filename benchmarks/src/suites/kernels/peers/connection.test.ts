import { openDevice } from '@longhorizon/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemWith } from '../check.ts';
import { expectedOf } from '../expected.ts';
import type { KernelWork } from '../work.ts';
import { Connection } from './connection.ts';
import type { HostOptions } from './host.ts';
import { isPythonLibrary, type LibraryName, libraryNames } from './library.ts';

const works: readonly KernelWork[] = [
  { kind: 'matmul', batch: 2, rows: 5, inner: 8, columns: 4 },
  { kind: 'convolution', pass: 'filter-gradient', images: 2, size: 4, inChannels: 2, outChannels: 4 },
];

let options: HostOptions;
beforeAll(async () => {
  const device = await openDevice();
  const { vendor, architecture, device: name, description, backend } = device.adapter;
  options = {
    adapter: { vendor, architecture, device: name, description },
    backend,
    enabledToggles: [],
    disabledToggles: [],
  };
  await device.close();
});

/** One process a library: starting one takes longer than what is asked of it. */
const opened = new Map<LibraryName, Connection>();
const connect = (library: LibraryName): Connection => {
  const connection = opened.get(library) ?? new Connection(library, options);
  opened.set(library, connection);
  return connection;
};
afterAll(async () => {
  await Promise.all([...opened.values()].map((connection) => connection.close()));
});

// Those in Python have a connection and tests of their own.
describe.each(libraryNames.filter((name) => name !== 'copy' && !isPythonLibrary(name)))('%s', (library) => {
  it('runs on the adapter that was asked for, gives right results, and times them', async () => {
    const connection = connect(library);
    expect((await connection.open()).description).toBe(options.adapter.description);
    for (const work of works) {
      const { outputs } = await connection.prepare(work, 60_000);
      expect(problemWith(outputs, expectedOf(work), 1e-5)).toBeUndefined();
      const { ms, dispatches } = await connection.sample(3, 60_000);
      expect(ms).toBeGreaterThan(0);
      expect(dispatches).toBeGreaterThanOrEqual(1);
      await connection.release();
    }
  });
});

it('copies with a kernel that it picked by measuring', async () => {
  const connection = connect('copy');
  const work: KernelWork = { kind: 'copy', elements: 2 ** 14 };
  const { outputs, facts } = await connection.prepare(work, 60_000);
  expect(problemWith(outputs, expectedOf(work), 0)).toBeUndefined();
  expect(facts.variants?.copy).toMatch(/^\d+-threads-\d+-vectors-(apart|together)$/);
});

it('says what a library cannot do, and goes on', async () => {
  const connection = connect('gpu.js');
  const asked = connection.prepare({ kind: 'descent-step', network: 'mlp' }, 60_000);
  await expect(asked).rejects.toMatchObject({
    status: 'unsupported',
    message: expect.stringContaining('no derivatives'),
  });
  const { outputs } = await connection.prepare(works[0]!, 60_000);
  expect(outputs).toHaveLength(1);
});

it('ends a library that takes too long, and starts it anew', async () => {
  const connection = connect('longhorizon');
  await connection.open();
  const slow = connection.prepare({ kind: 'horizon', steps: 10_000_000 }, 300);
  await expect(slow).rejects.toMatchObject({ status: 'timeout', message: 'no first result within 0.3 s' });
  const { outputs } = await connection.prepare(works[0]!, 60_000);
  expect(problemWith(outputs, expectedOf(works[0]!), 1e-5)).toBeUndefined();
});
