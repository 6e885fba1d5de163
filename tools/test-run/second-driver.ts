/**
 * @file A second, independent Vulkan driver for the correctness tests: SwiftShader, as Chromium and Chrome ship it.
 * A kernel that is right on one driver by accident (an uninitialised value, a missing barrier) is seldom right on two.
 */
import { existsSync } from 'node:fs';
import { probeAdapter } from '../bootstrap/adapter.mjs';

/** Where browsers put SwiftShader's driver file. */
const places = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib64/chromium-browser/vk_swiftshader_icd.json',
  '/usr/lib/chromium-browser/vk_swiftshader_icd.json',
  '/opt/google/chrome/vk_swiftshader_icd.json',
];

/** The part of a test file's name that makes it run on both drivers. */
export const correctnessFilter = '.gpu-correctness.test.ts';

export type SecondDriver =
  | { readonly kind: 'found'; readonly description: string; readonly environment: NodeJS.ProcessEnv }
  /** `wasNamed`: somebody asked for this very file, so its absence is a failure. */
  | { readonly kind: 'absent'; readonly why: string; readonly wasNamed: boolean };

/** Failures that an absent driver is counted as: one where it was asked for. */
export function failuresOfAbsence({ wasNamed }: { readonly wasNamed: boolean }, isRequired: boolean): 0 | 1 {
  return isRequired || wasNamed ? 1 : 0;
}

/** @param environment its variable SWIFTSHADER_ICD, where set, names the driver file */
export function findSecondDriver(environment: NodeJS.ProcessEnv): SecondDriver {
  const named = environment.SWIFTSHADER_ICD;
  const absent = (why: string): SecondDriver => ({ kind: 'absent', why, wasNamed: named !== undefined });
  const file = named ?? places.find((place) => existsSync(place));
  if (file === undefined) {
    return absent(
      `SwiftShader is not installed (it comes with Debian's package chromium); looked for ${places.join(', ')}`,
    );
  }
  if (!existsSync(file)) return absent(`SWIFTSHADER_ICD names ${file}, which does not exist`);

  const { LONGHORIZON_ADAPTER: _, VK_ICD_FILENAMES: __, ...rest } = environment;
  const withDriver = { ...rest, VK_DRIVER_FILES: file };
  const probe = probeAdapter(withDriver);
  if (!('adapter' in probe)) return absent(`${file} is there but does not work: ${probe.problem}`);
  const { description, device } = probe.adapter;
  if (!/swiftshader/i.test(`${description} ${device}`)) {
    return absent(`${file} leads to another adapter: ${description}`);
  }
  return { kind: 'found', description, environment: withDriver };
}
