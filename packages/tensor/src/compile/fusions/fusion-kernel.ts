/** @file What every kind of fusion group needs to become a kernel, and what comes out. */
import type { Tensor } from '../../graph/tensor.ts';
import type { ChosenKernel } from '../../kernels/choices.ts';
import { BindingTable, type BindingUse } from '../emit/bindings.ts';
import { Emitter } from '../emit/emitter.ts';
import type { Value } from '../emit/value.ts';
import type { Fusion, Schedule } from '../schedule.ts';
import type { Region, Storage } from '../storage.ts';
import type { Target } from '../target.ts';

/** One dispatch, ready to be compiled: its module and the regions it binds, in the order of their binding numbers. */
export interface Kernel {
  readonly label: string;
  readonly wgsl: string;
  readonly regions: readonly Region[];
  readonly workgroups: readonly [number, number, number];
  readonly usesStepIndex: boolean;
  /** Words of the uniform buffer, bound behind the regions, in which a module that several kernels share finds this one's numbers. */
  readonly numbers?: readonly number[];
  /** The hand-written variant, of contractions. */
  readonly variant: string | undefined;
  /** How it was chosen, of contractions. */
  readonly chosen?: ChosenKernel;
  /** The kernels that share the dispatch, where it has several; each as it would be alone, its numbers among this one's. */
  readonly parts?: readonly DispatchPart[];
  /** Multiplications and additions, of contractions; an estimate of work for submitting in chunks. */
  readonly operations: number;
  readonly source: KernelSource;
}

/** What is said of a kernel that shares its dispatch. */
export type DispatchPart = Pick<
  Kernel,
  'label' | 'workgroups' | 'regions' | 'variant' | 'chosen' | 'operations'
>;

/** A dispatch's kernels: those that share it, or the one that has it alone. */
export const partsOf = (kernel: Kernel): readonly DispatchPart[] => kernel.parts ?? [kernel];

/** What a module that holds several kernels takes of each. */
export interface KernelSource {
  /** The `enable` lines, which stand first. */
  readonly enables: string;
  /**
   * All but the buffers and the step's number, with tokens for numbers. Where several kernels share a module, those in which they differ are
   * read from `numbers`, as in the module.
   */
  readonly code: string;
  /** What the code reaches through functions that it calls and does not declare. */
  readonly uses: readonly BindingUse[];
}

/** A kernel whose numbers are not written yet: whether they are literals depends on the other kernels of its program. */
export interface UnfinishedKernel extends Omit<Kernel, 'wgsl' | 'numbers'> {
  /** The module without its `enable` lines, with tokens for numbers. */
  readonly text: string;
}

export interface FusionContext {
  readonly fusion: Fusion;
  readonly schedule: Schedule;
  readonly adapter: Target;
  /** Where a node lies in memory, if it does. */
  readonly storageOf: (tensor: Tensor) => Storage | undefined;
  /** The region that a region shares its memory with, when updated in place. */
  readonly aliasOf: (region: Region) => Region;
  /** Variants asked for by name. */
  readonly variants: Readonly<Partial<Record<'matmul' | 'conv2d', string>>>;
}

/** Where a kernel finds the number of the step. */
export const stepDeclaration = 'struct Step { index: u32 }\n@group(1) @binding(0) var<uniform> step: Step;';

/** The nodes of the fusion group that must be written to memory. */
export function writtenNodes({ fusion, schedule }: FusionContext): Tensor[] {
  return fusion.nodes.filter((tensor) => schedule.inMemory.has(tensor));
}

/** The parts of a module under construction that several emitters share. */
export class ModuleParts {
  readonly bindings: BindingTable;
  readonly functions = new Map<string, string>();
  readonly #context: FusionContext;
  readonly #emitters: Emitter[] = [];

  constructor(context: FusionContext) {
    this.#context = context;
    this.bindings = new BindingTable(context.aliasOf);
  }

  /**
   * An emitter that reads from memory whatever the fusion group does not compute itself.
   *
   * @param opaqueZero see {@link opaqueZero}; left out for code outside the entry point
   */
  emitter(registers: ReadonlyMap<Tensor, Value>, prefix = '', opaqueZero?: string): Emitter {
    const { fusion, schedule, storageOf } = this.#context;
    const emitter = new Emitter({
      bindings: this.bindings,
      functions: this.functions,
      registers,
      prefix,
      opaqueZero,
      storage: (tensor) => (schedule.fusionOf.get(tensor) === fusion ? undefined : storageOf(tensor)),
    });
    this.#emitters.push(emitter);
    return emitter;
  }

  get usesStepIndex(): boolean {
    return this.#emitters.some((emitter) => emitter.usesStepIndex);
  }

  /** The whole module around a body. Constants stand first, because functions may use them. */
  module(
    body: string,
    enables: readonly string[] = [],
    constants = '',
  ): Pick<UnfinishedKernel, 'text' | 'source'> {
    const functions = [...this.functions.values(), body];
    const parts = [constants, this.bindings.declarations(), ...functions];
    if (this.usesStepIndex) parts.unshift(stepDeclaration);
    return {
      text: `${parts.join('\n')}\n`,
      source: {
        enables: enables.map((name) => `enable ${name};\n`).join(''),
        code: [constants, ...functions].join('\n'),
        uses: this.bindings.uses,
      },
    };
  }
}

/**
 * In the entry point of a kernel launched by `grid`: zero, but not to the driver. A software adapter's would unroll a short loop, and each
 * copy of a load costs 10 to 20 ms to compile.
 */
export function opaqueZero(adapter: Target): string | undefined {
  return adapter.profile.unrollBarrier ? 'group.z' : undefined;
}

/** Workgroups in two directions, where one direction would exceed what an adapter launches. */
export function grid(groups: number, adapter: Target): readonly [number, number, number] {
  const x = Math.min(Math.max(1, groups), adapter.limits.maxComputeWorkgroupsPerDimension);
  return [x, Math.max(1, Math.ceil(groups / x)), 1];
}

/** `add, relu → w` style label: the ops computed, the last first in importance. */
export function fusionLabel(fusion: Fusion): string {
  const names = fusion.nodes.map((tensor) => tensor.op.name);
  const shown = names.length > 4 ? [...names.slice(0, 2), '…', ...names.slice(-1)] : names;
  return `${fusion.kind}: ${shown.join(', ')}`;
}
