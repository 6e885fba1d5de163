import { join } from 'node:path';
import { bundleForBrowser } from '@longhorizon/benchmarks/bundling';
import { expect, it } from 'vitest';
import { findChromium, runInChromium } from '../chromium.ts';
import type { HostAnswer } from './host.ts';

it('what a browser lacks or loses is a sentence, small limits suffice, and waiting does not block', async ({
  skip,
  signal,
}) => {
  const chromium = findChromium();
  if (chromium === undefined)
    skip('There is no Chromium on this machine; install one, or name it in LONGHORIZON_CHROMIUM.');
  const { text } = await bundleForBrowser(join(import.meta.dirname, 'host.ts'));
  const answer = (await runInChromium(chromium!, text, { signal })) as HostAnswer;
  expect(answer.noWebGpu).toMatch(/^NoAdapterError: This page has no WebGPU\. WebGPU is in Chrome/);
  expect(answer.noAdapter).toMatch(/^NoAdapterError: No WebGPU adapter was found\. .*hardware acceleration/);
  expect(answer.toggles).toMatch(/^DeviceUsageError: The Dawn toggles .* Set them where it is started/);
  expect(answer.large).toMatch(/^BufferTooLargeError: .*256\.0 MiB.*Split the work/);
  expect(answer.lost).toMatch(/^DeviceLostError: The GPU device was lost .*open a new device/);
  expect(answer.plain.some((value) => value !== 0 && Number.isFinite(value))).toBe(true);
  // A lost device takes nothing from the next one, and a small adapter computes the same.
  expect(answer.after).toEqual(answer.plain);
  answer.small.forEach((value, k) => {
    expect(value).toBeCloseTo(answer.plain[k]!, 5);
  });
  expect(answer.turns).toBeGreaterThan(5);
}, 180_000);
