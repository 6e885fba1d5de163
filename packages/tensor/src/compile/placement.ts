/** @file Where values lie while a program runs: regions, how long each lives, and which share memory. */
import type { ByteClass } from '../device/ledger.ts';
import { elementCount } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { variable } from '../indexing/index-expression.ts';
import { isInput } from '../ops/leaf/input.ts';
import { throughReshape } from './access.ts';
import type { Kernel } from './fusions/fusion-kernel.ts';
import { readsRowsAgain } from './levels.ts';
import { isLeafInMemory, type Materialisation } from './materialised.ts';
import type { Life } from './memory.ts';
import type { Fusion, Schedule } from './schedule.ts';
import { type Region, regionBytes, type Storage } from './storage.ts';

export interface Places {
  readonly storage: ReadonlyMap<Tensor, Storage>;
  /** Inputs and constant arrays that are read, each in memory of its own. */
  readonly inputs: ReadonlyMap<Tensor, Region>;
  readonly constants: ReadonlyMap<Tensor, Region>;
  /** For each output asked for, in order. */
  readonly outputs: readonly Region[];
  /** Arrays with parts that stay zero, in memory of their own. */
  readonly dedicated: readonly Region[];
}

/** Gives every value that reaches memory a region, or a part of one. An update lies where its input lies. */
export function placeValues(
  choice: Materialisation,
  planned: Schedule,
  {
    outputs,
    updates,
    classOf,
  }: {
    readonly outputs: readonly Tensor[];
    readonly updates: ReadonlyMap<Tensor, Tensor>;
    readonly classOf: ((tensor: Tensor) => ByteClass | undefined) | undefined;
  },
): Places {
  let regions = 0;
  const makeRegion = (tensor: Tensor, kind: Region['kind']): Region => ({
    id: regions++,
    label: tensor.op.name,
    dtype: tensor.dtype,
    elements: elementCount(tensor.shape),
    class: classOf?.(tensor) ?? 'scratch',
    kind,
  });

  const storage = new Map<Tensor, Storage>();
  const inputs = new Map<Tensor, Region>();
  const constants = new Map<Tensor, Region>();
  const dedicated: Region[] = [];
  for (const accesses of planned.reads.values())
    for (const { source } of accesses)
      if (isLeafInMemory(source) && !storage.has(source)) {
        const region = makeRegion(source, 'external');
        storage.set(source, { region });
        (isInput(source) ? inputs : constants).set(source, region);
      }
  for (const [input, root] of updates) {
    let region = inputs.get(input);
    if (region === undefined) {
      region = makeRegion(input, 'external');
      inputs.set(input, region);
      storage.set(input, { region });
    }
    storage.set(throughReshape(root), { region });
  }
  const outputRegions = outputs.map((output) => {
    const base = throughReshape(output);
    const region = makeRegion(base, 'external');
    storage.set(base, { region });
    return region;
  });
  for (const tensor of planned.inMemory)
    if (!storage.has(tensor) && !choice.inPlaceParts.has(tensor)) {
      const region = makeRegion(tensor, choice.zeroParts.has(tensor) ? 'dedicated' : 'arena');
      if (region.kind === 'dedicated') dedicated.push(region);
      storage.set(tensor, { region });
    }
  // Parts of concatenations, which may themselves be parts.
  const place = (tensor: Tensor): Storage => {
    const known = storage.get(tensor);
    if (known !== undefined) return known;
    const placement = choice.inPlaceParts.get(tensor)!;
    const { region } = place(placement.whole);
    const one = elementCount(placement.whole.shape) === placement.stride;
    const made: Storage = one
      ? { region, offset: placement.offset }
      : { region, inner: placement.inner, stride: placement.stride, offset: placement.offset };
    storage.set(tensor, made);
    return made;
  };
  for (const tensor of choice.inPlaceParts.keys()) place(tensor);
  return { storage, inputs, constants, outputs: outputRegions, dedicated };
}

/** The first and the last fusion group that touch a region of the arena. */
interface Span {
  first: number;
  last: number;
}

/** The regions of the arena that each fusion group writes or reads. */
export function regionsOf(
  { fusions, fusionOf, reads, inMemory }: Schedule,
  storage: ReadonlyMap<Tensor, Storage>,
): readonly (readonly Region[])[] {
  return fusions.map((fusion) => {
    const touched = fusion.nodes.flatMap((tensor) => [
      ...(inMemory.has(tensor) ? [tensor] : []),
      ...reads.get(tensor)!.flatMap(({ source }) => (fusionOf.get(source) === fusion ? [] : [source])),
    ]);
    const regions = touched.flatMap((tensor) => storage.get(tensor)?.region ?? []);
    return [...new Set(regions)].filter(({ kind }) => kind === 'arena');
  });
}

/** How long each region of the arena lives: from the first fusion group that writes it to the last that touches it. */
export function livesOf(schedule: Schedule, storage: ReadonlyMap<Tensor, Storage>): Map<Region, Span> {
  const lives = new Map<Region, Span>();
  for (const [last, regions] of regionsOf(schedule, storage).entries())
    for (const region of regions) lives.set(region, { first: lives.get(region)?.first ?? last, last });
  return lives;
}

/**
 * A result may take over the memory of a value that its own fusion group is the last to read, element by element; the donor then lives as long
 * as the result.
 *
 * @returns the region that really holds each region's bytes
 */
export function shareMemory(
  choice: Materialisation,
  planned: Schedule,
  storage: ReadonlyMap<Tensor, Storage>,
  lives: Map<Region, Span>,
): (region: Region) => Region {
  const alias = new Map<Region, Region>();
  const aliasOf = (region: Region): Region => {
    let real = region;
    for (let next = alias.get(real); next !== undefined; next = alias.get(real)) real = next;
    return real;
  };
  for (const [at, fusion] of planned.fusions.entries()) {
    const used = new Set<Region>();
    for (const tensor of fusion.nodes) {
      const result = storage.get(tensor);
      if (result === undefined || result.region.kind !== 'arena' || choice.inPlaceParts.has(tensor)) continue;
      const donor = donorFor(tensor, fusion, at);
      if (donor === undefined || used.has(donor)) continue;
      used.add(donor);
      alias.set(result.region, donor);
      const donated = lives.get(donor)!;
      donated.last = Math.max(donated.last, lives.get(result.region)!.last);
    }
  }
  function donorFor(tensor: Tensor, fusion: Fusion, at: number): Region | undefined {
    if (readsRowsAgain(fusion)) return undefined;
    for (const { source } of planned.reads.get(tensor)!) {
      const found = storage.get(source);
      if (found === undefined || planned.fusionOf.get(source) === fusion || choice.inPlaceParts.has(source))
        continue;
      const region = aliasOf(found.region);
      if (region.kind !== 'arena' || lives.get(region)?.last !== at) continue;
      if (region.dtype !== tensor.dtype || region.elements !== elementCount(tensor.shape)) continue;
      if (!othersRunBefore(region, fusion)) continue;
      const whole = variable('i', region.elements).key;
      const elementwise = fusion.nodes.every((member) =>
        planned.reads.get(member)!.every((read) => {
          const other = storage.get(read.source);
          if (other === undefined || aliasOf(other.region) !== region) return true;
          return read.index?.key === whole && elementCount(iterationShape(member)) === region.elements;
        }),
      );
      if (elementwise) return region;
    }
    return undefined;
  }
  /** Whether everybody else who reads a region has run anyhow: a dispatch that overwrites what another still reads cannot share its dispatch. */
  function othersRunBefore(region: Region, fusion: Fusion): boolean {
    const others = new Set(planned.fusions.filter((other) => other !== fusion && readsRegion(other, region)));
    const stack = [...fusion.before];
    const seen = new Set(stack);
    for (let next = stack.pop(); next !== undefined && others.size > 0; next = stack.pop()) {
      others.delete(next);
      for (const earlier of next.before) {
        if (seen.has(earlier)) continue;
        seen.add(earlier);
        stack.push(earlier);
      }
    }
    return others.size === 0;
  }
  function readsRegion(fusion: Fusion, region: Region): boolean {
    return fusion.nodes.some((tensor) =>
      planned.reads.get(tensor)!.some(({ source }) => {
        const found = planned.fusionOf.get(source) === fusion ? undefined : storage.get(source);
        return found !== undefined && aliasOf(found.region) === region;
      }),
    );
  }
  return aliasOf;
}

/** What the arena has to hold: each of its regions from the first kernel that is bound to it to the last. */
export function arenaLives(kernels: readonly Pick<Kernel, 'regions'>[]): Life<Region>[] {
  const spans = new Map<Region, Span>();
  for (const [at, { regions }] of kernels.entries())
    for (const region of regions)
      if (region.kind === 'arena') spans.set(region, { first: spans.get(region)?.first ?? at, last: at });
  return [...spans].map(([item, span]) => ({
    item,
    bytes: regionBytes(item.elements),
    class: item.class,
    ...span,
  }));
}

/** The shape over which a node's fusion group reads: its own, or its operand's for a reduction. */
export function iterationShape(tensor: Tensor): readonly number[] {
  return tensor.op.lower.kind === 'reduction' ? tensor.inputs[0]!.shape : tensor.shape;
}
