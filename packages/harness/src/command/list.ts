/** @file What `bench list` prints: what there is to run, by the names that options take. */
import { blocksOf, countCells, placesOf } from '../cell/blocks.ts';
import { ruleAgainst } from '../cell/rules.ts';
import { checkNames, type Selection } from '../cell/selection.ts';
import { type AxisRange, defaultRange, describeRange, type MethodSpec, type Suite } from '../cell/suite.ts';
import { listOf, UsageError } from '../errors.ts';
import { type TextColumn, textTable } from '../export/text-table.ts';
import { unknownName } from '../nearest.ts';
import { profilesOf } from './definition.ts';

/** What can be listed. */
export const lists = ['suites', 'problems', 'methods', 'profiles'] as const;
type List = (typeof lists)[number];

/** Which suites and profiles are listed; all where left out. */
export interface ListFilter {
  readonly suites?: readonly string[];
  readonly profile?: string;
}

/**
 * One of the lists as a table.
 *
 * @throws UsageError for a list, a suite or a profile that there is not
 */
export function listText(suites: readonly Suite[], list: string, filter: ListFilter): string {
  const known = lists.find((one) => one === list);
  if (known === undefined) throw new UsageError(unknownName('list', [list], lists));
  const profiles = profilesOf(suites);
  for (const profile of filter.profile === undefined ? profiles.slice(0, 1) : [filter.profile])
    checkNames(suites, { profile, ...(filter.suites && { suites: filter.suites }) });
  const chosen = suites.filter(({ name }) => filter.suites?.includes(name) ?? true);
  return makers[known](chosen, filter.profile === undefined ? profilesOf(chosen) : [filter.profile]);
}

type Maker = (suites: readonly Suite[], profiles: readonly string[]) => string;

const makers: Readonly<Record<List, Maker>> = {
  suites: (suites, profiles) =>
    textTable(
      [
        ...columns('suite', 'what', 'passes'),
        ...numbers('problems', 'methods', ...profiles.map((name) => `${name}: cells`)),
      ],
      suites.map((suite) => [
        suite.name,
        suite.title,
        suite.passes.join(', '),
        String(suite.problems.length),
        String(suite.methods.length),
        ...profiles.map((profile) => countText(suite, { profile })),
      ]),
    ),

  problems: (suites, profiles) =>
    textTable(
      [
        ...columns('suite', 'problem', 'T', 'p', 'measured by'),
        ...numbers(...profiles.map((name) => `${name}: cells`)),
        ...columns('what'),
      ],
      suites.flatMap((suite) =>
        suite.problems.map((problem) => [
          suite.name,
          problem.name,
          sizesText(suite.horizon, problem.horizon),
          sizesText(suite.dimension, problem.dimension),
          (problem.metric ?? suite.metric)?.title ?? '',
          ...profiles.map((profile) => countText(suite, { profile, problems: [problem.name] })),
          problem.absent ?? problem.title ?? '',
        ]),
      ),
    ),

  methods: (suites, profiles) => {
    const table = textTable(
      [
        ...columns('suite', 'method', 'id', 'role', 'T', 'p'),
        ...numbers(...profiles.map((name) => `${name}: problems`)),
        ...columns('what'),
      ],
      suites.flatMap((suite) =>
        suite.methods.map((method) => [
          suite.name,
          method.name,
          method.id ?? '',
          method.role ?? 'method',
          sizesText(method.horizon),
          sizesText(method.dimension),
          ...profiles.map((profile) => problemsText(suite, profile, method)),
          method.title ?? '',
        ]),
      ),
    );
    const [profile, ...others] = profiles;
    if (profile === undefined || others.length > 0)
      return `${table}\n\n--profile says which rules leave methods out; one that is chosen by --method runs wherever it can.`;
    const rules = suites.flatMap((suite) => rulesOf(suite, profile));
    return rules.length === 0 ? table : `${table}\n\nWithout cells in ${profile}:\n${rules.join('\n')}`;
  },

  profiles: (suites, profiles) =>
    textTable(
      [
        ...columns('suite', 'profile', 'passes', 'T', 'p', 'seeds'),
        ...numbers('problems', 'methods', 'cells', 's a cell'),
      ],
      suites.flatMap((suite) =>
        profiles.flatMap((name) => {
          const profile = suite.profiles[name];
          if (profile === undefined) return [];
          const blocks = blocksOf([suite], { profile: name }).filter((block) => countCells(block) > 0);
          const axes = blocks.flatMap((block) => [...block.axesOf.values()]);
          return [
            [
              suite.name,
              name,
              [...new Set(blocks.map(({ pass }) => pass))].join(', '),
              numbersText(axes.flatMap(({ horizons }) => horizons)),
              numbersText(axes.flatMap(({ dimensions }) => dimensions)),
              numbersText(axes.flatMap(({ seeds }) => seeds)),
              String(new Set(blocks.map(({ problem }) => problem.name)).size),
              String(new Set(blocks.flatMap((block) => [...block.axesOf.keys()])).size),
              countText(suite, { profile: name }),
              String(profile.timeoutSeconds ?? 600),
            ],
          ];
        }),
      ),
    ),
};

function columns(...titles: readonly string[]): readonly TextColumn[] {
  return titles.map((title) => ({ title }));
}

function numbers(...titles: readonly string[]): readonly TextColumn[] {
  return titles.map((title) => ({ title, align: 'right' }));
}

function countText(suite: Suite, selection: Selection): string {
  const count = blocksOf([suite], selection).reduce((sum, block) => sum + countCells(block), 0);
  return count === 0 ? '' : count.toLocaleString('en');
}

/** The range of an axis; nothing where it is not restricted. */
function sizesText(...ranges: readonly (AxisRange | undefined)[]): string {
  const range = ranges.findLast((one) => one !== undefined && one !== defaultRange);
  if (range === undefined) return '';
  const { because: _, ...bounds } = range;
  if (range.minimum === range.maximum) return String(range.minimum);
  const isOpen = range.values === undefined && range.maximum >= defaultRange.maximum;
  return isOpen ? `from ${range.minimum}` : describeRange(bounds);
}

/** Different numbers in order; a long list by its ends. */
function numbersText(values: readonly number[]): string {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  const shown = 6;
  if (sorted.length <= shown) return sorted.join(' ');
  return `${sorted[0]} … ${sorted.at(-1)} (${sorted.length})`;
}

/** On how many of the suite's problems a method has cells in a profile. */
function problemsText(suite: Suite, profile: string, method: MethodSpec): string {
  const places = placesOf([suite], { profile }).filter(
    (place) => ruleAgainst(place, method, false) === undefined,
  );
  const there = new Set(places.map(({ problem }) => problem.name)).size;
  return there === 0 ? '' : `${there} of ${suite.problems.length}`;
}

/** The rules that leave methods out, once each; those that name methods and passes are joined. */
function rulesOf(suite: Suite, profile: string): readonly string[] {
  const lines = new Set<string>();
  /** Passes by problem and methods. */
  const withoutSeeds = new Map<string, string[]>();
  for (const { methods, ...place } of placesOf([suite], { profile })) {
    const unseeded: string[] = [];
    for (const method of methods) {
      const rule = ruleAgainst(place, method, false);
      if (rule?.kind === 'seeds') unseeded.push(method.name);
      else if (rule !== undefined) lines.add(`  ${rule.text}`);
    }
    if (unseeded.length === 0) continue;
    const whom = unseeded.length === methods.length ? 'any method' : listOf(unseeded);
    const key = `${place.problem.name} for ${whom}`;
    withoutSeeds.set(key, [...(withoutSeeds.get(key) ?? []), place.pass]);
  }
  const joined = [...withoutSeeds].map(
    ([where, passes]) => `  ${profile} of ${suite.name} has no seeds in ${listOf(passes)} on ${where}.`,
  );
  return [...lines, ...joined];
}
