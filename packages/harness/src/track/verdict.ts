import { UsageError } from '../errors.ts';
import type { Accepted } from './accepted.ts';
import type { CellVerdict } from './difference.ts';
import { trackExitCodes } from './errors.ts';
import type { Growth } from './explain.ts';
import type { Finding } from './findings.ts';
import type { Machine } from './protocol.ts';
import type { TimedCell, TimingReport } from './timing.ts';

/** What one run of `bench track run` came to: everything that its outputs say. */
export interface TrackReport {
  readonly longhorizonTrack: 1;
  readonly base: Named;
  readonly head: Named;
  readonly machine: Machine | null;
  /** Why nothing was run: the sources of both sides are the same. */
  readonly sameSources: boolean;
  readonly cells: readonly CellVerdict[];
  readonly findings: readonly Finding[];
  readonly growth: readonly Growth[];
  readonly accepted: readonly Accepted[];
  readonly unstable: Readonly<Record<string, readonly string[]>>;
  readonly timing: TimingReport | null;
  readonly seconds: number;
  readonly command: string;
}

/** A side, as people call it. */
export interface Named {
  readonly commit: string;
  readonly subject: string;
  /** Whether files differ from the commit. */
  readonly dirty?: boolean;
}

/** Findings that were not accepted. */
export function openFindings({
  findings,
  accepted,
}: Pick<TrackReport, 'findings' | 'accepted'>): readonly Finding[] {
  const known = new Set(accepted.map(({ id }) => id));
  return findings.filter(({ id }) => !known.has(id));
}

/** Whether nothing was compared though there was something to compare. */
const nothingCompared = ({ cells, sameSources }: TrackReport): boolean =>
  !sameSources && cells.every(({ kind }) => kind === 'not compared');

/** Cells that are confirmed to be slower. */
function slowerCells({ timing }: Pick<TrackReport, 'timing'>): readonly TimedCell[] {
  return (timing?.cells ?? []).filter(({ verdict }) => verdict === 'regressed');
}

/** Everything that is to be objected to, by exit code, the gravest first. */
export function objections(report: TrackReport): readonly number[] {
  const kinds = new Set(openFindings(report).map(({ kind }) => kind));
  const codes: number[] = [];
  if (kinds.has('answers')) codes.push(trackExitCodes.answers);
  if (kinds.has('worse') || kinds.has('budget')) codes.push(trackExitCodes.worse);
  if (slowerCells(report).length > 0) codes.push(trackExitCodes.slower);
  if (nothingCompared(report) || report.timing?.unproven !== undefined)
    codes.push(trackExitCodes.inconclusive);
  return codes;
}

/** What `--fail-on` asks for, and whether what could not be told fails as well. */
export interface Severity {
  readonly failOn: readonly number[];
  readonly strict: boolean;
}

/** What the process ends with: the gravest objection that is to fail. */
export function exitCodeFor(report: TrackReport, { failOn, strict }: Severity): number {
  const fails = (code: number): boolean =>
    failOn.includes(code) ||
    (strict && (code === trackExitCodes.inconclusive || code === trackExitCodes.noBaseline));
  return objections(report).find(fails) ?? trackExitCodes.fine;
}

/** Reads `3,4,5`. @throws UsageError for a code that is none of ours */
export function parseFailOn(text: string): readonly number[] {
  const known: readonly number[] = Object.values(trackExitCodes).filter((code) => code !== 0);
  return text.split(',').map((part) => {
    const code = Number(part.trim());
    if (!known.includes(code))
      throw new UsageError(`--fail-on ${text}: '${part.trim()}' is none of ${known.join(', ')}.`);
    return code;
  });
}

/** The first line of every output. */
export function verdictLine(report: TrackReport): string {
  const { cells, findings, timing } = report;
  if (report.sameSources)
    return 'identical: no source file that a cell runs through differs; nothing was run';
  const identical = cells.filter(({ kind }) => kind === 'identical').length;
  const compared = cells.filter(({ kind }) => kind !== 'not compared').length;
  if (nothingCompared(report)) return 'inconclusive: not one cell could be compared';
  const all = `${identical} of ${compared} cells identical`;
  if (identical === compared)
    return `identical: ${all} (commands, shaders, bytes and results); nothing was timed`;
  const open = openFindings(report);
  const count = (kind: Finding['kind'], of = open): number => of.filter((one) => one.kind === kind).length;
  const parts = [
    [count('answers'), 'change of results'],
    [count('budget'), 'budget broken'],
    [count('worse'), 'counter worse'],
    [slowerCells(report).length, 'cell slower'],
    [count('better', findings), 'counter better'],
    [(timing?.cells ?? []).filter(({ verdict }) => verdict === 'faster').length, 'cell faster'],
    [findings.length - open.length, 'accepted'],
  ] as const;
  const said = parts.flatMap(([number, what]) => (number === 0 ? [] : [`${number} ${what}`]));
  return `${said.length === 0 ? 'changed, not for the worse' : said.join(', ')}; ${all}`;
}
