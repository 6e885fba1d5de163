/**
 * @file Variables in one buffer. A dispatch that runs whole stretches of a method binds everything that its steps touch, and adapters bind a
 * dozen buffers or so: where a workspace has more, its own variables share one.
 */
import { type Device, elementCount } from '@longhorizon/tensor';
import { mayRunResident, type PackedLayout, packLayout } from '@longhorizon/tensor/compiler';
import type { Variable } from './workspace.ts';

/** Variables that share a buffer, and where each lies in it. */
export interface PackedVariables {
  readonly variables: readonly Variable[];
  readonly layout: PackedLayout;
  /** Bytes at whose multiples they begin. */
  readonly alignment: number;
}

/** Larger workspaces are no small steps. */
const mostBytes = 2 ** 24;

/**
 * How variables share a buffer; undefined where each has its own.
 *
 * @param others how many buffers there are beside those of the variables
 */
export function packVariables(
  device: Device,
  variables: readonly Variable[],
  others: number,
): PackedVariables | undefined {
  const { maxStorageBuffersPerShaderStage: most, minStorageBufferOffsetAlignment } = device.limits;
  const bytes = variables.reduce((sum, { shape }) => sum + 4 * elementCount(shape), 0);
  // The table of actions is one more.
  const fits = variables.length + others + 1 <= most;
  if (fits || bytes > mostBytes || !mayRunResident(device)) return undefined;
  const alignment = Math.max(16, minStorageBufferOffsetAlignment);
  return { variables, layout: packLayout(variables, undefined, alignment), alignment };
}
