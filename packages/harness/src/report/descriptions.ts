import type { Suite } from '../cell/suite.ts';
import type { RecordedCommit } from '../track/history.ts';
import type { Machine } from '../track/protocol.ts';
import type { SelftestReport } from '../track/selftest.ts';
import type { OwnArm, Reproduction } from './reproduction.ts';
import type { Source } from './source.ts';
import type { Study } from './study.ts';

/** What theory says a cost grows like: T^horizon · p^dimension. */
export interface Growth {
  readonly horizon: number;
  readonly dimension: number;
}

/** Which of our numbers stands beside a published one, among the records. */
export interface OwnNumber {
  readonly suite: string;
  readonly problem?: string;
  readonly horizon?: number;
  readonly dimension?: number;
  readonly quantity: 'time' | 'memory' | 'cosine' | 'relativeError' | 'metric';
}

/** A number from a publication. */
export interface PublishedNumber {
  readonly what: string;
  /** As printed there, with its unit. */
  readonly value: string;
  readonly source: Source;
  /** What differs between their setting and ours. */
  readonly note?: string;
  readonly ours?: OwnNumber | OwnArm;
}

/** What the page says about a method. */
export interface MethodDescription {
  /** Unique among all descriptions; the name where it is left out. */
  readonly id?: string;
  readonly name: string;
  /** The suites whose method of this name is meant; all of them where it is left out. */
  readonly suites?: readonly string[];
  readonly title: string;
  /** Methods of one family have one colour in charts. */
  readonly family?: string;
  /** The idea in two or three sentences. */
  readonly idea: string;
  /** Its equation or algorithm as text, and where it stands in the source. */
  readonly equation?: { readonly text: string; readonly place: string };
  readonly source?: Source;
  /** Where our implementation differs from the source, and why. */
  readonly deviations?: readonly string[];
  readonly theory?: { readonly memory?: Growth; readonly time?: Growth; readonly note?: string };
  readonly published?: readonly PublishedNumber[];
  /** The package or file in which it lives. */
  readonly code?: string;
}

/** What commits changed on one kind of machine. */
export interface MachineHistory {
  readonly name: string;
  readonly machine: Machine;
  /** The oldest first. */
  readonly commits: readonly RecordedCommit[];
  readonly selftest?: SelftestReport | undefined;
}

/** All that a site is built from besides the records. */
export interface SiteDescription {
  readonly title: string;
  /** One or two sentences under the title. */
  readonly lead: string;
  readonly suites: readonly Suite[];
  /** From more records than this on, single cells have no pages and no tables lie beside the pages. 20,000 when left out: some 400 MB. */
  readonly mostCellPages?: number;
  readonly methods: readonly MethodDescription[];
  /** Experiments of publications that were made again; they have a page beside the records. */
  readonly reproductions?: readonly Reproduction[];
  /** Measurements that are no records of cells, for a page of their own. */
  readonly studies?: readonly Study[];
  /** What commits changed, by kind of machine; it has a page of its own. */
  readonly history?: readonly MachineHistory[];
  /** The command that runs the benchmark; options are appended to it. Default `npx nx run bench`. */
  readonly command?: string;
  /** Shown in a box on every page. */
  readonly notice?: string;
  /** The commits that the repository's history holds; records of others say so. Nothing is said where it is left out. */
  readonly commits?: ReadonlySet<string> | undefined;
  /** Where the code lives, for the footer. */
  readonly repositoryUrl?: string;
}
