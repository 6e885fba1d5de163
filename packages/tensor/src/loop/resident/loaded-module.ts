/** @file A module of some kinds of actions on a device: its pipeline, and the buffers that it is bound to. */
import { ResidentError, residentModule, rowWords } from '../../compile/resident/module.ts';
import type { LedgerBuffer } from '../../device/buffer.ts';
import type { Device } from '../../device/device.ts';
import { formatBytes } from '../../device/errors.ts';
import { computeStage } from '../../device/usage.ts';
import type { DeviceAction } from '../device-action.ts';
import type { ActionKind, CopyKind, RunKind } from './kinds.ts';

/** A part of the table of actions. */
export interface TablePart {
  readonly buffer: LedgerBuffer;
  readonly offset: number;
  readonly bytes: number;
}

/** A module of some kinds of actions, ready to be dispatched. */
export class LoadedModule {
  readonly #cases: ReadonlyMap<ActionKind, number>;
  readonly #pipeline: GPUComputePipeline;
  readonly #group: GPUBindGroup;
  /** With each part of the table. */
  readonly #tables: readonly GPUBindGroup[];

  private constructor(
    cases: ReadonlyMap<ActionKind, number>,
    pipeline: GPUComputePipeline,
    group: GPUBindGroup,
    tables: readonly GPUBindGroup[],
  ) {
    this.#cases = cases;
    this.#pipeline = pipeline;
    this.#group = group;
    this.#tables = tables;
  }

  /** @throws {ResidentError} where the kinds do not fit one dispatch of one workgroup on this adapter */
  static async make(
    device: Device,
    kinds: readonly ActionKind[],
    parts: readonly TablePart[],
  ): Promise<LoadedModule> {
    const runs = kinds.filter((kind): kind is RunKind => kind.kind === 'run');
    const copies = kinds.filter((kind): kind is CopyKind => kind.kind === 'copy');
    const buffers = buffersOf(runs, copies);
    checkFits(device, buffers);
    const number = (buffer: LedgerBuffer) => buffers.indexOf(buffer);
    const { wgsl, numbered } = residentModule({
      programs: runs.map(({ plan, rows }) =>
        plan.program.kernels.map((kernel, k) => ({
          kernel,
          places: plan.boundRegions[k]!.map((range) =>
            range.row === undefined
              ? { buffer: number(range.buffer), offset: range.binding.offset ?? 0 }
              : { buffer: number(rows[range.row]!), offset: range.offset, row: range.row },
          ),
          numbersAt: plan.boundNumbers?.offsets[k],
        })),
      ),
      copies: copies.map(({ from, to }) => ({ from: number(from), to: number(to) })),
      buffers: buffers.length,
      profile: device.profile,
    });
    const layout = device.bindGroupLayout(
      buffers.map((_, binding) => ({ binding, visibility: computeStage, buffer: { type: 'storage' } })),
    );
    const types: GPUBufferBindingType[] = ['read-only-storage', ...numbered.map(() => 'uniform' as const)];
    const tableLayout = device.bindGroupLayout(
      types.map((type, binding) => ({ binding, visibility: computeStage, buffer: { type } })),
    );
    const pipeline = await device.pipeline(wgsl, {
      label: 'resident actions',
      layout: device.gpu.createPipelineLayout({
        bindGroupLayouts: [layout, tableLayout],
      }),
    });
    const group = device.gpu.createBindGroup({
      layout,
      entries: buffers.map(({ gpu }, binding) => ({ binding, resource: { buffer: gpu } })),
    });
    const numbers = numbered.map(
      (program): GPUBufferBinding => ({ buffer: runs[program]!.plan.boundNumbers!.buffer.gpu }),
    );
    const tables = parts.map(({ buffer, offset, bytes }) =>
      device.gpu.createBindGroup({
        layout: tableLayout,
        entries: [{ buffer: buffer.gpu, offset, size: bytes }, ...numbers].map((resource, binding) => ({
          binding,
          resource,
        })),
      }),
    );
    const cases = new Map([...runs, ...copies].map((kind, own) => [kind, own]));
    return new LoadedModule(cases, pipeline, group, tables);
  }

  takes(kind: ActionKind): boolean {
    return this.#cases.has(kind);
  }

  /** Writes the row of an action at a place of the table. */
  writeRow(action: DeviceAction, kind: ActionKind, table: Uint32Array, row: number): void {
    const words =
      action.kind === 'run'
        ? [action.index, ...(action.rows ?? []).map(({ offset }) => offset / 4)]
        : [action.fromOffset / 4, action.toOffset / 4, action.bytes / 4];
    table.set([this.#cases.get(kind)!, ...words], row * rowWords);
  }

  /** @param part of the table that holds the rows */
  encode(encoder: GPUCommandEncoder, part: number): void {
    const pass = encoder.beginComputePass();
    pass.setPipeline(this.#pipeline);
    pass.setBindGroup(0, this.#group);
    pass.setBindGroup(1, this.#tables[part]);
    pass.dispatchWorkgroups(1);
    pass.end();
  }
}

function buffersOf(runs: readonly RunKind[], copies: readonly CopyKind[]): readonly LedgerBuffer[] {
  const found = new Set<LedgerBuffer>();
  for (const { plan, rows } of runs)
    for (const range of plan.boundRegions.flat())
      found.add(range.row === undefined ? range.buffer : rows[range.row]!);
  for (const { from, to } of copies) {
    found.add(from);
    found.add(to);
  }
  return [...found];
}

function checkFits({ limits, adapter }: Device, buffers: readonly LedgerBuffer[]): void {
  const most = limits.maxStorageBuffersPerShaderStage - 1;
  const bytes = formatBytes(buffers.reduce((sum, buffer) => sum + buffer.bytes, 0));
  if (buffers.length > most)
    throw new ResidentError(
      `The steps work on ${bytes} in ${buffers.length} buffers, and in one dispatch '${adapter.name}' binds ${most} beside the table of actions`,
    );
  const largest = buffers.find((buffer) => buffer.bytes > limits.maxStorageBufferBindingSize);
  if (largest !== undefined)
    throw new ResidentError(
      `The steps work on ${bytes}, of which '${largest.label}' is ${formatBytes(largest.bytes)}, and in one dispatch '${adapter.name}' binds ${formatBytes(limits.maxStorageBufferBindingSize)} of a buffer at most`,
    );
}
