/**
 * @file Kernels that do not wait for each other share a dispatch: its workgroups are dealt out among them. A dispatch costs the same however little it does,
 * and what is launched together fills the cores that a small kernel leaves idle.
 */
import { indexDivision, u32 } from '../graph/wgsl-numbers.ts';
import { type BindingUse, declarations } from './emit/bindings.ts';
import { stepDeclaration, type UnfinishedKernel } from './fusions/fusion-kernel.ts';
import { type Entry, entryOf, renamed } from './resident/callable.ts';
import { familyOf } from './shared-modules.ts';
import type { Region } from './storage.ts';
import type { Target } from './target.ts';

/**
 * Where cores take stretches of a dispatch's workgroups, equal in number, each of so many stretches has a share of each kernel: llvmpipe's threads cut
 * what they are given once, before they begin.
 */
const severalRounds = 4;

/** The kernels of a program's dispatches, in order: those that do not wait for each other are one. */
export function shareDispatches(kernels: readonly UnfinishedKernel[], target: Target): UnfinishedKernel[] {
  const { cost } = target.profile;
  const rounds = cost.kind === 'serial' && cost.parallel > 1 ? severalRounds : 1;
  return dealtOut(kernels, target).map((together) => oneDispatch(together, rounds));
}

/**
 * Kernels in the order of their dispatches, each list one dispatch.
 *
 * A kernel runs as many dispatches after the first as the longest chain of kernels that it waits for, or later, up to where others would have to wait
 * for it longer than they do. One that reads more of the arena than it writes runs as early as it can, so that what it reads need not live on, others as late.
 *
 * @param kernels in an order in which they may run one after the other
 */
export function dealtOut(kernels: readonly UnfinishedKernel[], target: Target): UnfinishedKernel[][] {
  const waitsFor = dependencies(kernels);
  const { earliest, latest } = levelsOf(waitsFor);
  const levels: Company[][] = [];
  const levelOf: number[] = [];
  // Those of the longest chains have no choice, so they come first.
  const order = [...kernels.keys()].sort(
    (a, b) => Number(earliest[a]! < latest[a]!) - Number(earliest[b]! < latest[b]!) || a - b,
  );
  for (const k of order) {
    const kernel = kernels[k]!;
    const member: Member = {
      kernel,
      entry: ownEntry(kernel),
      family: target.profile.shareModules ? familyOf(kernel) : kernel.label,
    };
    const first = Math.max(earliest[k]!, ...[...waitsFor[k]!].map((earlier) => (levelOf[earlier] ?? 0) + 1));
    const last = latest[k]!;
    const places = Array.from({ length: last - first + 1 }, (_, at) => first + at);
    if (!endsLives(kernel)) places.reverse();
    const at = places.find((level) => levels[level]?.some((company) => company.admits(member, target)));
    const level = at ?? places[0]!;
    const companies = levels[level] ?? [];
    const company = companies.find((one) => one.admits(member, target)) ?? new Company();
    company.add(member);
    levelOf[k] = level;
    if (!companies.includes(company)) levels[level] = [...companies, company];
  }
  return levels.flat().map((company) => company.kernels);
}

/** Whether a kernel reads more of the arena than it writes. */
function endsLives({ source }: UnfinishedKernel): boolean {
  let more = 0;
  for (const { region, functions } of source.uses) {
    if (region.kind !== 'arena') continue;
    more += functions.has('store') || functions.has('store4') ? -region.elements : region.elements;
  }
  return more > 0;
}

const entryPoints = new WeakMap<UnfinishedKernel, Entry>();

/** The entry point of a kernel, read once: who shares a dispatch with it is asked before it is written. */
function ownEntry(kernel: UnfinishedKernel): Entry {
  const known = entryPoints.get(kernel) ?? entryOf(kernel.source.code, kernel.label);
  entryPoints.set(kernel, known);
  return known;
}

/** A kernel that may share a dispatch. */
interface Member {
  readonly kernel: UnfinishedKernel;
  readonly entry: Entry;
  /** What kernels have in common that share a module: two of a family in one dispatch would be compiled twice. */
  readonly family: string;
}

/** Kernels that share a dispatch. */
class Company {
  readonly #members: Member[] = [];
  /** Whether a region is read or written element by element. */
  readonly #scalar = new Map<Region, boolean>();
  #workgroups = 0;

  get kernels(): UnfinishedKernel[] {
    return this.#members.map(({ kernel }) => kernel);
  }

  admits({ kernel, entry, family }: Member, target: Target): boolean {
    const { uses } = kernel.source;
    const further = uses.filter(({ region }) => !this.#scalar.has(region)).length;
    return (
      this.#scalar.size + further <= target.maxBindings &&
      this.#workgroups + workgroupsIn(kernel) <= target.limits.maxComputeWorkgroupsPerDimension &&
      // An array that one of them takes element by element would be so for all.
      uses.every(({ region, scalar }) => (this.#scalar.get(region) ?? scalar) === scalar) &&
      this.#members.every((other) => other.family !== family) &&
      threadsOf([...this.#members.map((other) => other.entry), entry]) !== undefined
    );
  }

  add(member: Member): void {
    this.#members.push(member);
    for (const { region, scalar } of member.kernel.source.uses) this.#scalar.set(region, scalar);
    this.#workgroups += workgroupsIn(member.kernel);
  }
}

/**
 * For each kernel the earlier ones that must have run: those that write what it reads, and those that read what it writes. Two that write one region write
 * different parts of it, or the later one reads what it replaces.
 */
function dependencies(kernels: readonly UnfinishedKernel[]): ReadonlySet<number>[] {
  const readers = new Map<Region, number[]>();
  const writers = new Map<Region, number[]>();
  return kernels.map(({ source }, k) => {
    const waits = new Set<number>();
    const own = source.uses.map(({ region, functions }) => ({
      region,
      reads: functions.has('load') || functions.has('load4'),
      writes: functions.has('store') || functions.has('store4'),
    }));
    for (const { region, reads, writes } of own) {
      if (reads) for (const earlier of writers.get(region) ?? []) waits.add(earlier);
      if (writes) for (const earlier of readers.get(region) ?? []) waits.add(earlier);
    }
    for (const { region, reads, writes } of own) {
      if (reads) readers.set(region, [...(readers.get(region) ?? []), k]);
      if (writes) writers.set(region, [...(writers.get(region) ?? []), k]);
    }
    return waits;
  });
}

/** The first level at which each kernel can run, and the last without a dispatch more than the longest chain needs. */
function levelsOf(waitsFor: readonly ReadonlySet<number>[]): {
  readonly earliest: readonly number[];
  readonly latest: readonly number[];
} {
  const earliest: number[] = [];
  waitsFor.forEach((waits, k) => {
    earliest[k] = Math.max(0, ...[...waits].map((earlier) => earliest[earlier]! + 1));
  });
  const latest = earliest.map(() => Math.max(0, ...earliest));
  for (let k = waitsFor.length - 1; k >= 0; k--)
    for (const earlier of waitsFor[k]!) latest[earlier] = Math.min(latest[earlier]!, latest[k]! - 1);
  return { earliest, latest };
}

/** At most, with those that have nothing to do in a round. */
const workgroupsIn = (kernel: UnfinishedKernel): number => workgroupsOf(kernel) + severalRounds;
const workgroupsOf = ({ workgroups: [x, y, z] }: UnfinishedKernel): number => x * y * z;

/** Invocations of a workgroup that several share; undefined where they exchange values among different numbers of them. */
function threadsOf(entries: readonly Entry[]): number | undefined {
  const needed = new Set(entries.filter(({ synchronises }) => synchronises).map(({ threads }) => threads));
  const fewest = Math.min(...entries.map(({ threads }) => threads));
  const [own] = [...needed];
  if (own === undefined) return fewest;
  return needed.size === 1 && entries.every(({ threads }) => threads % own === 0) ? own : undefined;
}

/**
 * One kernel that does what several do, each in workgroups of its own.
 *
 * @param rounds how often the kernels take turns, each with an equal share of its workgroups
 */
export function oneDispatch(parts: readonly UnfinishedKernel[], rounds: number): UnfinishedKernel {
  const [first] = parts as [UnfinishedKernel];
  if (parts.length === 1) return first;
  // In one order, whatever the sizes: the layers of a network then share a module.
  const ordered = [...parts].sort((a, b) => (a.label < b.label ? -1 : 1));
  const uses = unionOf(ordered);
  const regions = uses.map(({ region }) => region);
  const entries = ordered.map(ownEntry);
  const threads = threadsOf(entries)!;
  const ofRound = ordered.map((part) => Math.ceil(workgroupsOf(part) / rounds));
  const groups = ofRound.reduce((sum, count) => sum + count, 0);
  const functions: string[] = [];
  const branches: string[] = [];
  let end = 0;
  for (const [k, part] of ordered.entries()) {
    const others = new Map(
      part.source.uses.flatMap(({ index, region, functions: own }) =>
        [...own].map((name) => [`${name}_${index}`, `${name}_${regions.indexOf(region)}`] as const),
      ),
    );
    functions.push(renamed(entries[k]!.asFunction, `p${k}_`, others));
    const begin = end;
    end += ofRound[k]!;
    const call = share(`p${k}_`, part, entries[k]!, { begin, rounds, threads });
    branches.push(k === ordered.length - 1 ? `{\n${call}\n}` : `if (at < ${u32(end)}) {\n${call}\n}`);
  }
  const taken = new Set(['workgroup_id', ...entries.flatMap(({ takes }) => takes)]);
  taken.delete('num_workgroups');
  const turn =
    rounds === 1
      ? 'let at = workgroup_id.x;'
      : `let round = ${indexDivision('workgroup_id.x', '/', groups)};\nlet at = workgroup_id.x - round * ${u32(groups)};`;
  const code = `${functions.join('\n')}
@compute @workgroup_size(${threads})
fn main(${[...taken].map((builtin) => `@builtin(${builtin}) ${builtin}: ${typeOf(builtin)}`).join(', ')}) {
${turn}
${branches.join(' else ')}
}
`;
  const enables = new Set(ordered.map(({ source }) => source.enables));
  const usesStepIndex = ordered.some((part) => part.usesStepIndex);
  return {
    label: ordered.map(({ label }) => label).join(' | '),
    text: `${usesStepIndex ? `${stepDeclaration}\n` : ''}${declarations(uses)}\n${code}`,
    source: { enables: [...enables].join(''), code, uses },
    regions,
    workgroups: [rounds * groups, 1, 1],
    usesStepIndex,
    variant: undefined,
    parts: ordered,
    operations: ordered.reduce((sum, { operations }) => sum + operations, 0),
  };
}

/** The call of a kernel's function in a workgroup that is its `at - begin`th of a round. */
function share(
  prefix: string,
  { workgroups }: UnfinishedKernel,
  entry: Entry,
  { begin, rounds, threads }: { begin: number; rounds: number; threads: number },
): string {
  const [x, y, z] = workgroups;
  const all = x * y * z;
  const inTurns = entry.threads > threads;
  const values = entry.takes.map((builtin) => {
    if (builtin === 'workgroup_id') return ownGroup(workgroups);
    if (builtin === 'num_workgroups')
      return `vec3<u32>(${workgroups.map((count) => `workgroup_id.z + ${u32(count)}`).join(', ')})`;
    return builtin === 'local_invocation_index' && inTurns ? 'turn' : builtin;
  });
  const once = `${prefix}main(${values.join(', ')});`;
  const call = inTurns
    ? `for (var turn = local_invocation_index; turn < ${entry.threads}u; turn += ${threads}u) { ${entry.renews ? `${prefix}renew(); ` : ''}${once} }`
    : once;
  const within = begin === 0 ? 'at' : `at - ${u32(begin)}`;
  if (rounds === 1) return `let own = ${within};\n${call}`;
  const before = (round: string) => `${round} * ${u32(all)} / ${rounds}u`;
  return `let own = ${within} + ${before('round')};\nif (own < ${before('(round + 1u)')}) { ${call} }`;
}

function typeOf(builtin: string): string {
  if (builtin === 'workgroup_id') return 'vec3<u32>';
  if (builtin === 'local_invocation_index' || builtin === 'subgroup_invocation_id') return 'u32';
  throw new Error(`internal: a kernel that shares a dispatch takes ${builtin}.`);
}

/** The number that a workgroup would have if its kernel were alone; a zero stays one that the driver does not see through. */
function ownGroup([x, y, z]: UnfinishedKernel['workgroups']): string {
  const zero = 'workgroup_id.z';
  const across = x === 1 ? zero : y * z === 1 ? 'own' : indexDivision('own', '%', x);
  const rest = x === 1 ? 'own' : indexDivision('own', '/', x);
  const down = y === 1 ? zero : z === 1 ? rest : indexDivision(rest, '%', y);
  const deep = z === 1 ? zero : y === 1 ? rest : indexDivision(rest, '/', y);
  return `vec3<u32>(${across}, ${down}, ${deep})`;
}

/** Every region once, with all that any of the kernels does with it. */
function unionOf(kernels: readonly UnfinishedKernel[]): readonly BindingUse[] {
  const uses = new Map<Region, BindingUse>();
  for (const { region, scalar, functions } of kernels.flatMap(({ source }) => source.uses)) {
    const known = uses.get(region);
    uses.set(region, {
      index: known?.index ?? uses.size,
      region,
      scalar: scalar || known?.scalar === true,
      functions: new Set([...(known?.functions ?? []), ...functions]),
    });
  }
  return [...uses.values()];
}
