/**
 * @file A block: a piece of a network that says which parameters and running statistics it has, and computes with them.
 * Models are blocks in a row. A block holds no values; all that it computes with comes in through the scope.
 */
import type { Tensor } from '@longhorizon/tensor';
import type { ParameterDescription } from '../initial/initialise.ts';
import type { NamedShape } from '../layout/layout.ts';
import type { Parameters } from '../layout/parts.ts';

/** `train` uses the statistics of the batch and drops out; `evaluate` uses running statistics, where there are any. */
export type Mode = 'train' | 'evaluate';

/** Running statistics of one channel-wise normalisation. */
export interface StatisticsDescription extends NamedShape {
  /** What they start from. */
  readonly start: number;
}

/** What a network computes with, for one task. */
export interface Scope {
  readonly parameter: Parameters;
  readonly mode: Mode;
  /** Running statistics by name; undefined where the caller keeps none. */
  readonly running: Parameters | undefined;
  /** Running statistics after this batch, put here by the blocks that have them. */
  readonly fresh: Map<string, Tensor>;
  /** For what is random, u32 [2]; blocks make children of it by their names. */
  readonly key: Tensor | undefined;
  /** Number of the inner step, u32 of shape [], for what is kept for each step. */
  readonly step: Tensor | undefined;
}

/** The kind of a block, for code that searches a network: an elementwise activation, or a sum with a shortcut. */
export type BlockKind = 'activation' | 'sum';

/** A part of a network: its parameters, its running statistics, and the function of an input. */
export interface Block {
  /** Where it is one of these. */
  readonly kind?: BlockKind;
  /** The blocks that it is a row of; absent where it is not a row. */
  readonly blocks?: readonly Block[];
  readonly parameters: readonly ParameterDescription[];
  readonly statistics: readonly StatisticsDescription[];
  readonly apply: (scope: Scope, x: Tensor) => Tensor;
}

/** Blocks one after the other. */
export function sequence(...blocks: readonly Block[]): Block {
  return {
    blocks,
    parameters: blocks.flatMap(({ parameters }) => parameters),
    statistics: blocks.flatMap(({ statistics }) => statistics),
    apply: (scope, x) => blocks.reduce((value, block) => block.apply(scope, value), x),
  };
}

/** A function without parameters as a block. */
export function pure(apply: (x: Tensor) => Tensor): Block {
  return { parameters: [], statistics: [], apply: (_, x) => apply(x) };
}

/** An elementwise activation as a block. */
export function activation(apply: (x: Tensor) => Tensor): Block {
  return { ...pure(apply), kind: 'activation' };
}
