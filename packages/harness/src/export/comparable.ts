/** @file What is kept of a record to compare it: small, so that two sets of any size can be held side by side. */
import { type CellConfig, describeCell } from '../cell/config.ts';
import { canonicalJson, hashOf } from '../cell/identity.ts';
import type { Suite } from '../cell/suite.ts';
import { deviceOf } from '../leaderboard/device.ts';
import { currentKey, orderOf } from '../leaderboard/rows.ts';
import { variablesText } from '../record/device-key.ts';
import type { CellRecord } from '../record/record.ts';
import { stableContent } from '../record/stable.ts';
import { median } from '../statistics/describe.ts';
import { timeRatio } from './cell-columns.ts';

/** A record reduced to what is compared. */
export interface Comparable {
  readonly cell: string;
  readonly profile: string;
  readonly pass: string;
  readonly device: string;
  /** Settings of the driver; times under different ones do not compare. */
  readonly variables: string;
  /** Adapter, backend and driver: where they are equal results are equal to the bit. */
  readonly driver: string;
  readonly status: string;
  readonly peakBytes: number | undefined;
  readonly counters: Readonly<Record<string, number>>;
  readonly gradient: Readonly<Partial<Record<'cosine' | 'relativeError', number | null>>>;
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly variants: Readonly<Record<string, string>>;
  /** A hash of everything exact, by its place: `artifacts.gradient`. */
  readonly content: Readonly<Record<string, string>>;
  readonly ratio: number | undefined;
  readonly medianMs: number | undefined;
}

/** The current records of a set by what they measured: problem, method, T, p, seed, pass and measure version, whatever the profile. */
export type ComparableSet = ReadonlyMap<string, readonly Comparable[]>;

/** Goes through the records once. */
export function comparableSet(records: Iterable<CellRecord>, suites: readonly Suite[]): ComparableSet {
  const beside = new Map(suites.map(({ name, timedBeside }) => [name, timedBeside?.phase]));
  const current = new Map<
    string,
    { readonly order: string; readonly key: string; readonly one: Comparable }
  >();
  for (const record of records) {
    const [cell, order] = [currentKey(record), orderOf(record)];
    const known = current.get(cell);
    if (known !== undefined && known.order >= order) continue;
    const one = comparable(record, beside.get(record.config.suite));
    current.set(cell, { order, key: contentKey(record), one });
  }
  const sets = new Map<string, Comparable[]>();
  for (const { key, one } of current.values()) sets.set(key, [...(sets.get(key) ?? []), one]);
  return sets;
}

function contentKey({ config, identity }: CellRecord): string {
  const { profile: _profile, ...measured }: CellConfig = config;
  return hashOf([measured, identity.measureVersion]);
}

function comparable(record: CellRecord, beside: string | undefined): Comparable {
  const { config, environment, status, memory, counters, gradient, training, time, kernelVariants } = record;
  const { adapter } = environment.stable;
  const samples = time?.phases[time.primaryPhase]?.samples ?? [];
  return {
    cell: describeCell(config),
    profile: config.profile,
    pass: config.pass,
    device: deviceOf(record).id,
    variables: variablesText(environment),
    driver: canonicalJson(
      adapter === null
        ? null
        : [adapter.device, adapter.description, adapter.backend ?? '', adapter.driver ?? ''],
    ),
    status,
    peakBytes: memory?.peakBytes,
    counters: counters ?? {},
    gradient:
      gradient === undefined ? {} : { cosine: gradient.cosine, relativeError: gradient.relativeError },
    metrics: training?.final ?? {},
    variants: kernelVariants ?? {},
    content: contentOf(record),
    ratio: timeRatio({ record, current: true, beside }),
    medianMs: samples.length === 0 ? undefined : median(samples),
  };
}

/** Stable content without what names code, machine and profile: those may differ between two sets. */
function contentOf(record: CellRecord): Readonly<Record<string, string>> {
  const {
    identity: _identity,
    environment: _environment,
    config: _config,
    seeds: _seeds,
    ...content
  } = stableContent(record) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(content).flatMap(([section, value]) =>
      isObject(value)
        ? Object.entries(value).map(([name, part]) => [`${section}.${name}`, hashOf(part)])
        : [[section, hashOf(value)]],
    ),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
