import { execFileSync, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { expect, describe as group, test } from 'vitest';
import { describe as describeAdapter, probeAdapter, readProbe } from './adapter.mjs';

const ended = { status: 0, signal: null, stdout: 'null\n', stderr: '' };

group("the probe's answer", () => {
  test('an adapter', () => {
    const adapter = {
      vendor: 'v',
      architecture: 'a',
      device: 'd',
      description: 'Driver 1.2',
      isFallbackAdapter: false,
    };
    expect(readProbe({ ...ended, stdout: `${JSON.stringify(adapter)}\n` })).toEqual({ adapter });
  });

  test("none, with the driver's own reason and without its stack", () => {
    const stderr =
      'Warning: maxDynamicStorageBuffersPerPipelineLayout artificially reduced from 9 to 8\nWarning: no drivers!\n    at Check (VulkanError.cpp:106)\n';
    expect(readProbe({ ...ended, stderr })).toEqual({
      problem: 'Dawn finds none (it said: Warning: no drivers!)',
    });
  });

  test('a driver that crashes', () => {
    expect(readProbe({ ...ended, status: null, signal: 'SIGSEGV' })).toEqual({
      problem: 'the process that opens WebGPU was ended by SIGSEGV',
    });
  });

  test('a module that cannot be loaded', () => {
    expect(readProbe({ ...ended, status: 1, stderr: 'Error: libvulkan.so.1: not found\n' })).toEqual({
      problem: 'the process that opens WebGPU ended with code 1 (it said: Error: libvulkan.so.1: not found)',
    });
  });
});

test('a software adapter is called one', () => {
  const adapter = {
    vendor: 'mesa',
    architecture: 'software',
    device: 'llvmpipe',
    description: 'llvmpipe: Mesa 25',
  };
  expect(describeAdapter({ ...adapter, isFallbackAdapter: true })).toBe(
    'llvmpipe: Mesa 25, a software adapter: runs on the CPU',
  );
  expect(describeAdapter({ ...adapter, description: '', isFallbackAdapter: false })).toBe(
    'mesa software llvmpipe',
  );
});

test('this machine has an adapter with a name', () => {
  const result = probeAdapter(process.env);
  expect(result).toHaveProperty('adapter.description', expect.stringMatching(/\S/));
});

test.runIf(process.platform === 'linux')(
  'without a driver, start-up says so in a sentence and installs nothing',
  () => {
    const script = `import('./bootstrap/prepare.mjs').then((m) => m.prepare('..', { needsAdapter: true })).catch((error) => {
    console.log(error.name + ': ' + error.message);
  });`;
    const output = execFileSync(process.execPath, ['-e', script], {
      cwd: dirname(import.meta.dirname),
      env: { ...process.env, VK_DRIVER_FILES: '/no/such/driver.json' },
      encoding: 'utf8',
    });
    expect(output).toMatch(/^StartError: No WebGPU adapter: Dawn finds none \(it said: .*\)\. /);
    expect(output).toMatch(/VK_DRIVER_FILES=\/no\/such\/driver\.json hides all other drivers\./);
  },
);

test('a job that does not exist is answered with those that do', () => {
  const start = join(dirname(import.meta.dirname), 'start.mjs');
  const child = spawnSync(process.execPath, [start, 'benhc'], { encoding: 'utf8' });
  expect(child.status).toBe(1);
  expect(child.stderr).toContain("longhorizon: There is no job 'benhc'. The jobs are:\n  bench  ");
});
