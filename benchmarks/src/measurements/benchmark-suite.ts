/** @file What a suite's folder hands to the benchmark: what is compared, and how a cell of it is run. */
import type {
  CellConfig,
  MethodDescription,
  Reproduction,
  RunCell,
  Study,
  Suite,
} from '@longhorizon/harness';
import type { DispatchWork } from '@longhorizon/tensor/device';

export interface BenchmarkSuite {
  readonly suite: Suite;
  readonly runCell: RunCell;
  /**
   * What most dispatches of a problem's cells are: from about 2 million operations each, threads of a software driver pay. `small` where left
   * out. All methods at a point run under one setting, so it goes by the problem and the profile alone.
   */
  readonly dispatches?: (of: Pick<CellConfig, 'problem' | 'profile'>) => DispatchWork;
  /** Its cells run in the benchmark's process and start others, which get the settings of their problem's dispatches. */
  readonly startsProcesses?: boolean;
  /** Cards of methods that this suite alone has; those of the registry have theirs there. */
  readonly cards?: readonly MethodDescription[];
  /** Its experiments whose committed results are no records of cells. Reads their files. */
  readonly reproductions?: () => readonly Reproduction[];
  /** Its measurements for the page that are neither records of cells nor beside a published number. Reads their files. */
  readonly studies?: () => readonly Study[];
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
