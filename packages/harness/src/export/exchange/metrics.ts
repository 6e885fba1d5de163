/** @file Records as the tools that follow performance take them: a name, a measure, a unit, a direction, a value. */
import type { CellConfig } from '../../cell/config.ts';
import type { CellRecord } from '../../record/record.ts';
import { median } from '../../statistics/describe.ts';

/** A number of a cell, over its seeds. */
export interface Metric {
  /** `suite/problem/method/T100/p30`: stable, at most 255 bytes. */
  readonly name: string;
  /** `bytes.peak`, `counters.dispatches`, `time.ms`. */
  readonly measure: string;
  readonly unit: string;
  readonly direction: 'smaller' | 'bigger';
  /** The median over seeds and samples. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly samples: number;
}

/** Where and when the records were measured. */
export interface Provenance {
  readonly commit: string;
  /** When the newest record was started. */
  readonly time: Date;
  readonly adapter: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
}

const mostBytes = 255;

/** The stable name of what a record is about. */
function metricName({ suite, problem, method, horizon, dimension }: CellConfig): string {
  return `${suite}/${problem}/${method}/T${horizon}/p${dimension}`.slice(0, mostBytes);
}

/** Gathers metrics while records go by. */
export class MetricCollector {
  readonly #values = new Map<
    string,
    Omit<Metric, 'value' | 'low' | 'high' | 'samples'> & { readonly all: number[] }
  >();
  #newest: CellRecord | undefined;

  add(record: CellRecord): void {
    if (record.status !== 'ok') return;
    if (this.#newest === undefined || record.run.startedAt > this.#newest.run.startedAt)
      this.#newest = record;
    const name = metricName(record.config);
    const put = (
      measure: string,
      unit: string,
      value: number | null | undefined,
      direction: Metric['direction'] = 'smaller',
    ): void => {
      if (value === null || value === undefined || !Number.isFinite(value)) return;
      const key = `${name} ${measure}`;
      const known = this.#values.get(key) ?? { name, measure, unit, direction, all: [] };
      known.all.push(value);
      this.#values.set(key, known);
    };
    const { memory, counters = {}, time, gradient } = record;
    put('bytes.peak', 'B', memory?.peakBytes);
    put('bytes.predicted', 'B', memory?.predictedPeakBytes);
    for (const [counter, value] of Object.entries(counters)) put(`counters.${counter}`, '1', value);
    put('time.ms', 'ms', time?.phases[time.primaryPhase]?.summary.median);
    put('gradient.error', '1', gradient?.relativeError);
    put('gradient.cosine', '1', gradient?.cosine, 'bigger');
  }

  /** All metrics, ordered by name and measure. */
  metrics(): readonly Metric[] {
    return [...this.#values.values()]
      .map(({ all, ...rest }) => ({
        ...rest,
        value: median(all),
        low: Math.min(...all),
        high: Math.max(...all),
        samples: all.length,
      }))
      .sort((a, b) => (`${a.name} ${a.measure}` < `${b.name} ${b.measure}` ? -1 : 1));
  }

  provenance(): Provenance {
    const record = this.#newest;
    const stable = record?.environment.stable;
    return {
      commit: record?.code.commit ?? '0'.repeat(40),
      time: new Date(record?.run.startedAt ?? 0),
      adapter: stable?.adapter?.description ?? 'none',
      processor: stable?.cpu.model ?? 'unknown',
      cores: stable?.cpu.logicalCores ?? 0,
      memoryGiB: stable?.memoryGiB ?? 0,
      system: stable === undefined ? 'unknown' : `${stable.os.platform} ${stable.os.architecture}`,
      node: stable?.node ?? 'none',
    };
  }
}
