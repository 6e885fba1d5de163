/** @file What a suite's folder hands to the benchmark: what is compared, and how a cell of it is run. */
import type { MethodDescription, Reproduction, RunCell, Suite } from '@longhorizon/harness';

export interface BenchmarkSuite {
  readonly suite: Suite;
  readonly runCell: RunCell;
  /** Cards of methods that this suite alone has; those of the registry have theirs there. */
  readonly cards?: readonly MethodDescription[];
  /** Its experiments whose committed results are no records of cells. Reads their files. */
  readonly reproductions?: () => readonly Reproduction[];
  /** Gives back what its cells keep open until the run is over. */
  readonly close?: () => Promise<void>;
}

/** Cards of a suite's own methods, with ids that no other suite has. */
export function ownCards(
  suite: string,
  methods: readonly { readonly name: string; readonly title: string; readonly card: OwnCard }[],
): readonly MethodDescription[] {
  return methods.map(({ name, title, card }) => ({
    id: `${suite}/${name}`,
    name,
    title,
    ...card,
    suites: [suite],
  }));
}

type OwnCard = Omit<MethodDescription, 'id' | 'name' | 'title' | 'suites'>;
