/** @file Opens a workspace by itself: for work made of variables and computations that is no run of a method on a problem, or more than one. */
import type { Device } from '@longhorizon/tensor';
import type { ByteCounts } from '@longhorizon/tensor/compiler';
import { compileWorkspace, DeviceEngine } from './device-engine.ts';
import type { Engine } from './engine.ts';
import { ReferenceEngine } from './reference-engine.ts';
import type { Workspace } from './workspace.ts';

/** A workspace with memory: its engine, and the bytes that were predicted. */
export interface OpenedWorkspace {
  readonly engine: Engine;
  /** Bytes by class that were allocated, as predicted before they were; empty on the reference. */
  readonly predicted: ByteCounts;
}

/**
 * Allocates and compiles everything that a workspace declares. Destroy the engine after use.
 *
 * @param backend a device, or the float64 reference
 */
export async function openWorkspace(
  backend: Device | 'float64',
  workspace: Workspace,
): Promise<OpenedWorkspace> {
  if (backend === 'float64') return { engine: new ReferenceEngine(workspace), predicted: {} };
  const compiled = compileWorkspace(backend, workspace);
  return { engine: await DeviceEngine.open(compiled), predicted: compiled.bytes };
}
