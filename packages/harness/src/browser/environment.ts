/** @file What a browser tells of the machine. Much of it is kept from pages, and is then empty or said to be unknown. */
import { hashOf } from '../cell/identity.ts';
import type { AdapterInfo } from '../record/measurement.ts';
import type { Environment } from '../record/record.ts';

/** What is read of a browser's `navigator`. */
export interface NavigatorLike {
  readonly userAgent: string;
  readonly hardwareConcurrency?: number;
  /** GiB, rounded and bounded; Chromium alone has it. */
  readonly deviceMemory?: number;
  readonly userAgentData?: {
    readonly platform?: string;
    readonly brands?: readonly { readonly brand: string; readonly version: string }[];
  };
}

/** Describes a browser as records do: with what it tells, so no processor, no driver and no free memory. */
export function browserEnvironment(navigator: NavigatorLike, adapter: AdapterInfo | null): Environment {
  const cores = navigator.hardwareConcurrency ?? 1;
  const stable: Environment['stable'] = {
    os: { platform: platformOf(navigator), architecture: 'unknown', release: 'unknown' },
    cpu: { model: 'a processor that the browser does not name', logicalCores: cores },
    memoryGiB: Math.round(navigator.deviceMemory ?? 0),
    browser: browserName(navigator),
    packages: {},
    adapter,
  };
  const volatile = { freeMemoryBytes: 0, loadAverage: [], allowedCores: cores, scheduler: {} };
  return { fingerprint: hashOf(stable), stable, volatile };
}

/** `Chromium 156`, `Firefox 141`, `Safari 26`: name and first number of the version. */
export function browserName({ userAgent, userAgentData }: NavigatorLike): string {
  // Chromium lists a made-up brand beside its own and, where it has one, that of the product.
  const brands = (userAgentData?.brands ?? []).filter(({ brand }) => !/not.*brand/i.test(brand));
  const brand = brands.find((one) => one.brand !== 'Chromium') ?? brands[0];
  if (brand !== undefined) return `${brand.brand} ${brand.version}`;
  const firefox = /Firefox\/(\d+)/.exec(userAgent);
  if (firefox) return `Firefox ${firefox[1]}`;
  const chromium = /(?:Headless)?Chrome\/(\d+)/.exec(userAgent);
  if (chromium) return `Chromium ${chromium[1]}`;
  const safari = /Version\/(\d+).*Safari/.exec(userAgent);
  return safari ? `Safari ${safari[1]}` : 'an unknown browser';
}

function platformOf({ userAgent, userAgentData }: NavigatorLike): string {
  const told = userAgentData?.platform ?? '';
  if (told !== '') return told;
  return (
    ['Windows', 'Android', 'iPhone', 'iPad', 'Mac OS X', 'Linux'].find((name) => userAgent.includes(name)) ??
    'unknown'
  );
}
