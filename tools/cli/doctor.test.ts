import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

function doctor(...words: readonly string[]) {
  const main = join(import.meta.dirname, 'main.ts');
  const node = ['--conditions=longhorizon-source', '--import', 'tsx', main, 'doctor', ...words];
  return spawnSync(process.execPath, node, { encoding: 'utf8' });
}

test('the report names machine, adapter, limits and features', () => {
  const report = JSON.parse(doctor('--json').stdout);
  expect(report.machine).toMatchObject({ node: process.version, webgpu: '0.6.2' });
  expect(report.adapters.map((adapter: { name: string }) => adapter.name)).toContain(report.device.adapter);
  expect(report.device.resident).toBe('auto');
  expect(report.device.limits.maxBufferSize).toBeGreaterThanOrEqual(268_435_456);
  expect(report.device.features).toContain('core-features-and-limits');
});

test('an adapter that is not there: one sentence that names those that are, and no stack', () => {
  const child = doctor('--adapter', 'no such adapter');
  expect(child.status).toBe(2);
  expect(child.stdout).toContain('Node.js');
  expect(child.stderr).toMatch(/^longhorizon: .*'no such adapter'/m);
  expect(child.stderr).not.toMatch(/^\s+at /m);
});
