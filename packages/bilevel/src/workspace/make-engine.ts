/** @file Makes the engine of a workspace by itself: for work that is no run of a method on a problem, or more than one. */
import type { Device } from '@longhorizon/tensor';
import type { ByteCounts } from '@longhorizon/tensor/compiler';
import { compileWorkspace, DeviceEngine } from './device-engine.ts';
import type { Engine } from './engine.ts';
import { ReferenceEngine } from './reference-engine.ts';
import type { Workspace } from './workspace.ts';

/** A workspace with memory: its engine, and the bytes that were predicted. */
export interface MadeEngine {
  readonly engine: Engine;
  /** Bytes by class that were allocated, as predicted before they were; empty on the reference. */
  readonly predicted: ByteCounts;
}

/**
 * Allocates and compiles everything that a workspace declares. Destroy the engine after use.
 *
 * @param backend a device, or the float64 reference
 */
export async function makeEngine(backend: Device | 'float64', workspace: Workspace): Promise<MadeEngine> {
  if (backend === 'float64') return { engine: new ReferenceEngine(workspace), predicted: {} };
  const compiled = compileWorkspace(backend, workspace);
  return { engine: await DeviceEngine.make(compiled), predicted: compiled.bytes };
}
