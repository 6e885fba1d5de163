import type { Suite } from '../cell/suite.ts';
import { axisName } from '../cell/titles.ts';
import { type Boards, boardsOf, byPoint } from '../leaderboard/board.ts';
import { type Device, devicesOf } from '../leaderboard/device.ts';
import type { Entry } from '../leaderboard/entry.ts';
import { axisText } from '../leaderboard/format.ts';
import { distinct } from '../leaderboard/problems.ts';
import type { LeaderboardRow } from '../leaderboard/row.ts';
import { currentRecords, leaderboardRows } from '../leaderboard/rows.ts';
import { slugOf } from '../publish/slug.ts';
import { attemptKey } from '../record/record.ts';
import type { MethodDescription, SiteDescription } from './descriptions.ts';
import type { TakeFigure } from './layout.ts';
import { type Looks, looksOf } from './palette.ts';
import type { SiteProgram } from './program.ts';

/** Everything pages are made from; worked out once. */
export interface SiteContext {
  /** Told of every chart that is drawn for the page that is being made. */
  readonly takeFigure?: TakeFigure;
  readonly description: SiteDescription;
  /** Records of other people; no other part of the context is made of them. */
  readonly community?: readonly Entry[];
  /** Pages that run a program of their own. */
  readonly programs?: readonly SiteProgram[];
  /** All records, every attempt. */
  readonly records: readonly Entry[];
  /** The latest record of every cell on every device. */
  readonly current: readonly Entry[];
  /** Of these, the ones whose numbers were tuned. */
  readonly tuned: readonly Entry[];
  /** Whether every cell has a page, and all tables lie beside the pages: see `mostCellPages` of the description. */
  readonly hasCellPages: boolean;
  readonly rows: readonly LeaderboardRow[];
  /** The boards of the point at which a row stands. */
  readonly boardsOf: (row: LeaderboardRow) => Boards;
  readonly devices: readonly Device[];
  /** Suites that have records, described or not, in the order of the description. */
  readonly suites: readonly Suite[];
  readonly looks: Looks;
  /** What is said of a method; of the first one of that name where no suite is given. */
  readonly methodOf: (name: string, suite?: string) => MethodDescription | undefined;
  /** The methods that have a page each, in the order of the description. */
  readonly cards: readonly MethodCard[];
  /** Methods that have records or a description, in the order of the description. */
  readonly methods: readonly string[];
}

/** A method with a page of its own. */
export interface MethodCard {
  readonly id: string;
  readonly name: string;
  readonly described: MethodDescription | undefined;
  readonly has: (row: { readonly suite: string; readonly method: string }) => boolean;
}

/** How many records have pages of their own, if the description does not say: some 20 kB each. */
const usualMostCellPages = 20_000;

/** From more records than this on, single cells have no pages. */
export function mostCellPagesOf({ mostCellPages = usualMostCellPages }: SiteDescription): number {
  return mostCellPages;
}

/** Works out rows, ranks and looks. Depends on nothing but its arguments. */
export function siteContext(given: readonly Entry[], description: SiteDescription): SiteContext {
  const keyed = given.map((entry) => ({ key: attemptKey(entry), entry }));
  const records = keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ entry }) => entry);
  const rows = leaderboardRows(records, description.suites);
  const points = byPoint(rows);
  const boards = new Map<string, Boards>();
  const described = description.methods.map((method) => method.name);
  const cards = cardsOf(rows, description);
  const declared = description.suites.flatMap((suite) => suite.methods.map((method) => method.name));
  const present = new Set(rows.map((row) => row.method));
  const methods = [
    ...new Set([...described, ...declared.filter((name) => present.has(name)), ...[...present].sort()]),
  ];
  const current = currentRecords(records);
  return {
    description,
    records,
    current,
    tuned: current.filter(({ tuning }) => tuning !== undefined),
    hasCellPages: records.length <= mostCellPagesOf(description),
    rows,
    // Methods are compared once per point, on demand.
    boardsOf: (row) => {
      const found = boards.get(row.point) ?? boardsOf(points.get(row.point) ?? [row]);
      boards.set(row.point, found);
      return found;
    },
    devices: devicesOf(records),
    suites: suitesOf(rows, description),
    looks: looksOf(methods, (name) => description.methods.find((method) => method.name === name)?.family),
    methodOf: (name, suite) =>
      description.methods.find(
        (method) => method.name === name && (suite === undefined || (method.suites?.includes(suite) ?? true)),
      ),
    cards,
    methods,
  };
}

function cardsOf(rows: readonly LeaderboardRow[], { methods }: SiteDescription): readonly MethodCard[] {
  const cards = methods.map((described): MethodCard => {
    const { id = described.name, name, suites } = described;
    return {
      id,
      name,
      described,
      has: ({ suite, method }) => method === name && (suites?.includes(suite) ?? true),
    };
  });
  const ids = cards.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined)
    throw new Error(`internal: two methods of the page are called ${twice}; each needs an id of its own.`);
  const undescribed = rows.filter((row) => !cards.some((card) => card.has(row)));
  const names = [...new Set(undescribed.map(({ method }) => method))].sort();
  const others = names.map(
    (name): MethodCard => ({
      // A method of that name may be described for other suites only.
      id: ids.includes(name) ? `undescribed/${name}` : name,
      name,
      described: undefined,
      has: (row) => row.method === name && !cards.some((card) => card.has(row)),
    }),
  );
  return [...cards, ...others];
}

function suitesOf(rows: readonly LeaderboardRow[], description: SiteDescription): readonly Suite[] {
  const present = new Set(rows.map((row) => row.suite));
  const known = description.suites.filter((suite) => present.has(suite.name));
  const unknown = [...present].filter((name) => !known.some((suite) => suite.name === name)).sort();
  return [...known, ...unknown.map((name) => bareSuite(name, rows))];
}

/** A suite of which there are records but no declaration any more. */
function bareSuite(name: string, rows: readonly LeaderboardRow[]): Suite {
  const own = rows.filter((row) => row.suite === name);
  const names = (pick: (row: LeaderboardRow) => string): readonly { readonly name: string }[] =>
    [...new Set(own.map(pick))].map((value) => ({ name: value }));
  return {
    name,
    title: name,
    description: 'Records of a suite that is no longer declared.',
    measureVersion: 0,
    problems: names((row) => row.problem),
    methods: names((row) => row.method),
    passes: [],
    profiles: {},
  };
}

/** Where the rows of a point stand, in words: `T = 100, p = 30`; all values of T where methods choose it. */
export function pointText(suite: Suite, rows: readonly LeaderboardRow[]): string {
  const values = (axis: 'horizon' | 'dimension'): string =>
    `${axisName(suite, axis)} = ${distinct(rows, (row) => row[axis])
      .map(axisText)
      .join(', ')}`;
  return `${values('horizon')}, ${values('dimension')}`;
}

/** `, profile quick` where a leaderboard holds several profiles, whose points would be named alike. */
export function profileText({ rows }: Pick<Leaderboard, 'rows'>, profile: string): string {
  return distinct(rows, (row) => row.profile).length > 1 ? `, profile ${profile}` : '';
}

/** A row among those of its point: the method, and its T where methods choose it. */
export function rowName(suite: Suite, row: LeaderboardRow): string {
  return suite.comparedAcrossHorizons === true
    ? `${row.method}, ${axisName(suite, 'horizon')} = ${axisText(row.horizon)}`
    : row.method;
}

/** The part of the rows that belongs on one leaderboard: one suite, one device. */
export interface Leaderboard {
  readonly suite: Suite;
  readonly device: Device;
  readonly rows: readonly LeaderboardRow[];
  /** A name for links. */
  readonly id: string;
}

/** All leaderboards, suite by suite, real devices before software. */
export function leaderboardsOf(context: SiteContext): readonly Leaderboard[] {
  return context.suites.flatMap((suite) =>
    context.devices.flatMap((device) => {
      const rows = context.rows.filter((row) => row.suite === suite.name && row.device.id === device.id);
      return rows.length === 0 ? [] : [{ suite, device, rows, id: `${slugOf(suite.name)}-${device.id}` }];
    }),
  );
}

/** Leaderboards on which methods are compared, and leaderboards of single kernels, which have a page of their own. */
export function leaderboardsByKind(context: SiteContext): {
  readonly methods: readonly Leaderboard[];
  readonly kernels: readonly Leaderboard[];
} {
  const isKernels = ({ rows }: Leaderboard): boolean =>
    rows.some((row) => row.records.some((record) => record.kernel !== undefined));
  const leaderboards = leaderboardsOf(context);
  return {
    methods: leaderboards.filter((leaderboard) => !isKernels(leaderboard)),
    kernels: leaderboards.filter(isKernels),
  };
}
