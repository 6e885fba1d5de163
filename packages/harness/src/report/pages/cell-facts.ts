/** @file What a record says of its cell, as names and texts. */
import { deviceOf } from '../../leaderboard/device.ts';
import { bytesText, numberText, percentText, timeText } from '../../leaderboard/format.ts';
import { cosineText } from '../../leaderboard/row-text.ts';
import type { CellRecord } from '../../record/record.ts';
import { duration } from '../../run/duration.ts';
import { type Content, html } from '../html.ts';

/** One thing that a record says. Those of a section stand together. */
export interface Fact {
  readonly section: string;
  readonly name: string;
  readonly value: Content;
}

/** Everything that a record says but its learning curve and {@link placeFacts}, in the order in which it is read. What is not there is left out. */
export function factsOf(record: CellRecord): readonly Fact[] {
  return [
    ...inSection('Run', runPairs(record)),
    ...inSection('Time', timePairs(record)),
    ...inSection('Memory', memoryPairs(record)),
    ...inSection('Gradient', gradientPairs(record)),
    ...inSection('Training', trainingPairs(record)),
    ...inSection('Counters and variants', counterPairs(record)),
  ];
}

type Pairs = readonly (readonly [name: string, value: Content])[];

function inSection(section: string, entries: Pairs): readonly Fact[] {
  return entries.flatMap(([name, value]) =>
    value === '' || value === undefined ? [] : [{ section, name, value }],
  );
}

/** The numbers that a record's random numbers come from. */
export function seedFacts({ seeds }: CellRecord): readonly Fact[] {
  return inSection(
    'Seeds',
    Object.entries(seeds.derived).map(([name, seed]) => [`Seed of ${name}`, String(seed)] as const),
  );
}

/** On what, how and by which code a record was measured: most often the same for all cells of a page. */
export function placeFacts(record: CellRecord): readonly Fact[] {
  const { run, code, identity, environment } = record;
  return inSection('Run', [
    ['Device', deviceOf(record).label],
    ['Ran', run.isolation === 'none' ? 'not run' : run.isolation],
    [
      'Commit',
      code.commit === null
        ? ''
        : html`<code>${code.commit.slice(0, 12)}</code>${code.dirty === true ? ' with uncommitted changes' : ''}`,
    ],
    [
      'Code',
      html`<code>${identity.codeHash.slice(0, 12)}</code>, measure version ${identity.measureVersion}`,
    ],
    ['Environment', html`<code>${environment.fingerprint.slice(0, 12)}</code>`],
  ]);
}

function runPairs(record: CellRecord): Pairs {
  const { run, identity } = record;
  return [
    ['Cell', html`<code>${identity.cellId}</code>`],
    ['Status', record.status === 'ok' ? 'ok' : html`<span class="badge">${record.status}</span>`],
    ['Reason', record.reason ?? ''],
    ['Failed at step', record.failedAtStep ?? ''],
    ['Started', run.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')],
    ['Took', duration(run.durationMs)],
    ['Processor time', run.cpuMs === undefined ? '' : duration(run.cpuMs)],
  ];
}

function timePairs({ time, noise }: CellRecord): Pairs {
  if (time === undefined) return [];
  return [
    ...Object.entries(time.phases).flatMap(([name, { clock, stopped, summary }]): Pairs => {
      const { interval } = summary;
      const of = (text: string): string => `${name}: ${text}`;
      return [
        [of('median'), timeText(summary.median)],
        [of('quartiles'), `${timeText(summary.q1)} – ${timeText(summary.q3)}`],
        [
          of('interval of the median'),
          `${timeText(interval.low)} – ${timeText(interval.high)} (${percentText(interval.level)})`,
        ],
        [of('samples, outliers'), `${summary.count}, ${summary.outliers}`],
        [of('clock, stopped by'), `${clock}, ${stopped}`],
      ];
    }),
    ['Compiling', timeText(time.compileMs)],
    ['Evaluation, excluded', timeText(time.evaluationMs)],
    ['Machine', noise === undefined ? '' : `${noise.verdict}, drift ${percentText(noise.drift)}`],
  ];
}

function memoryPairs({ memory }: CellRecord): Pairs {
  if (memory === undefined) return [];
  const { peakBytes, predictedPeakBytes: predicted, predictedBytesByClass, peakBytesByClass = {} } = memory;
  const classes = Object.entries(peakBytesByClass).sort(([, a], [, b]) => b - a);
  return [
    ['Peak', `${bytesText(peakBytes)} (${peakBytes} bytes)`],
    ['Predicted', predicted == null ? '' : predicted === peakBytes ? 'exactly' : `${predicted} bytes`],
    ['Formula', memory.predictedFormula ?? ''],
    ['Allocations', memory.allocationCount ?? ''],
    ...classes.map(([name, bytes]): Pairs[number] => {
      const foreseen = predictedBytesByClass?.[name];
      const apart = foreseen === undefined || foreseen === bytes ? '' : `, predicted ${bytesText(foreseen)}`;
      return [`${name} at the peak`, `${bytesText(bytes)}, ${percentText(bytes / peakBytes)}${apart}`];
    }),
  ];
}

function gradientPairs({ gradient }: CellRecord): Pairs {
  if (gradient === undefined) return [];
  return [
    ['Compared with', gradient.reference],
    ['Cosine', cosineText(gradient.cosine ?? undefined)],
    ['Relative error', numberText(gradient.relativeError)],
    ['Signs that agree', percentText(gradient.signAgreement)],
    ['Length over length', numberText(gradient.normRatio)],
  ];
}

function trainingPairs({ training }: CellRecord): Pairs {
  if (training === undefined) return [];
  return [
    ...Object.entries(training.final).map(([name, value]) => [`Final ${name}`, numberText(value)] as const),
    ['Tasks', Object.values(training.finalSamples ?? {})[0]?.length ?? ''],
    ['Reported on', training.reportSplit ?? ''],
    ['Selected on', training.selectionSplit ?? ''],
    ['Stopped', training.stopReason ?? ''],
  ];
}

function counterPairs({ counters, kernelVariants, artifacts, notes }: CellRecord): Pairs {
  return [
    ...Object.entries(counters ?? {}).map(([name, value]) => [name, numberText(value)] as const),
    ...Object.entries(kernelVariants ?? {}).map(([name, value]) => [`kernel ${name}`, value] as const),
    ...Object.entries(artifacts ?? {}).map(
      ([name, value]) => [`hash of ${name}`, html`<code>${value.slice(0, 16)}</code>`] as const,
    ),
    ...(notes ?? []).map((note, index) => [`note ${index + 1}`, note] as const),
  ];
}
