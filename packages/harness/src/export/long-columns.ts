/** @file Tables with several rows a record: what differs between records in kind stands in rows, not in columns. */

import { keyColumns } from './cell-columns.ts';
import { type Column, type Row, rowFrom, type Told } from './columns.ts';

/** A table of several rows a record. */
export interface LongTable {
  readonly name: string;
  readonly says: string;
  readonly columns: readonly Column[];
  readonly rowsOf: (told: Told) => readonly Row[];
}

function longTable(
  name: string,
  says: string,
  own: readonly Column[],
  partsOf: (told: Told) => readonly Row[],
): LongTable {
  return {
    name,
    says,
    columns: [...keyColumns, ...own],
    rowsOf: (told) => {
      const parts = partsOf(told);
      const key = parts.length === 0 ? {} : rowFrom(keyColumns, told);
      return parts.map((part) => ({ ...key, ...part }));
    },
  };
}

const of = (name: string, type: Column['type'], says: string): Column => ({ name, type, says });

/** All long tables, in the order in which they are written. */
export const longTables: readonly LongTable[] = [
  longTable(
    'samples',
    'Raw samples of every phase, in the order in which they were taken; equal `index` of two phases is one round.',
    [
      of('phase', 'STRING', 'what was timed'),
      of('clock', 'STRING', 'host or gpu'),
      of('index', 'INT64', 'number of the round, from 0'),
      of('ms', 'DOUBLE', 'milliseconds'),
    ],
    ({ record }) =>
      Object.entries(record.time?.phases ?? {}).flatMap(([phase, { clock, samples }]) =>
        samples.map((ms, index) => ({ phase, clock, index, ms })),
      ),
  ),
  longTable(
    'curves',
    'Learning curves: a row a point and metric.',
    [
      of('metric', 'STRING', 'name of the metric'),
      of('step', 'INT64', 'outer step'),
      of('time_ms', 'DOUBLE', 'milliseconds until then, evaluation excluded'),
      of('value', 'DOUBLE', 'its value; empty where it was not finite'),
    ],
    ({ record }) =>
      (record.training?.curve ?? []).flatMap(({ step, timeMs, metrics }) =>
        Object.entries(metrics).map(([metric, value]) => ({ metric, step, time_ms: timeMs, value })),
      ),
  ),
  longTable(
    'metrics',
    'What training came to: a row a metric.',
    [of('metric', 'STRING', 'name of the metric'), of('value', 'DOUBLE', 'its final value')],
    ({ record }) => pairsOf(record.training?.final).map(([metric, value]) => ({ metric, value })),
  ),
  longTable(
    'task_scores',
    'Final scores task by task; tasks of one seed are the same for all methods.',
    [
      of('metric', 'STRING', 'name of the metric'),
      of('task', 'INT64', 'number of the task, from 0'),
      of('value', 'DOUBLE', 'its score'),
    ],
    ({ record }) =>
      pairsOf(record.training?.finalSamples).flatMap(([metric, scores]) =>
        scores.map((value, task) => ({ metric, task, value })),
      ),
  ),
  longTable(
    'bytes_by_class',
    'The peak, split by what the bytes are for.',
    [of('class', 'STRING', 'what they are for'), of('bytes', 'INT64', 'bytes at the peak')],
    ({ record }) => pairsOf(record.memory?.peakBytesByClass).map(([name, bytes]) => ({ class: name, bytes })),
  ),
  longTable(
    'counters',
    'Exact counts: dispatches, submits, products.',
    [of('counter', 'STRING', 'what was counted'), of('value', 'DOUBLE', 'how many')],
    ({ record }) => pairsOf(record.counters).map(([counter, value]) => ({ counter, value })),
  ),
  longTable(
    'kernel_variants',
    'Which variant each kernel family used.',
    [of('family', 'STRING', 'family of kernels'), of('variant', 'STRING', 'the variant that was chosen')],
    ({ record }) => pairsOf(record.kernelVariants).map(([family, variant]) => ({ family, variant })),
  ),
];

function pairsOf<Value>(
  values: Readonly<Record<string, Value>> | undefined,
): readonly (readonly [string, Value])[] {
  return Object.entries(values ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}
