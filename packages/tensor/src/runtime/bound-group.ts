/**
 * @file What a dispatch binds. Most arrays stay where they are; those of a row (a step's state among the states of all steps) lie
 * elsewhere in each run, and are found there by dynamic offsets, so that neither copies nor new bind groups come between dispatches.
 */
import type { Kernel } from '../compile/fusions/fusion-kernel.ts';
import type { Program } from '../compile/program.ts';
import type { Region } from '../compile/storage.ts';
import type { LedgerBuffer } from '../device/buffer.ts';
import type { Device } from '../device/device.ts';
import type { ArrayPlace, DeviceArray } from './device-array.ts';
import { groupEntries } from './pipeline-layouts.ts';
import type { PlanRequest } from './plan-request.ts';

/** A range of a buffer, from the start of the buffer, or from where the row of that number lies in a run. */
export type BoundRange =
  | { readonly row?: undefined; readonly binding: GPUBufferBinding; readonly buffer: LedgerBuffer }
  | { readonly row: number; readonly offset: number; readonly bytes: number };

/** Which regions of a program lie in rows. */
export class RowRegions {
  readonly #rows = new Map<Region, number>();
  readonly #program: Program;
  /** Dynamic offsets that a kernel may have. */
  readonly #most: number;

  constructor(program: Program, request: PlanRequest, { limits, profile }: Device) {
    this.#program = program;
    for (const [tensor, region] of program.inputs) this.#place(region, request, request.arrays?.get(tensor));
    for (const [k, region] of program.outputs.entries())
      this.#place(region, request, request.outputArrays?.[k]);
    const groups = program.kernels.filter((kernel) => this.#bindings(kernel).length > 0).length;
    const keepsAll = groups * (request.rowCount ?? Number.POSITIVE_INFINITY) <= profile.rowGroups;
    this.#most = keepsAll ? 0 : limits.maxDynamicStorageBuffersPerPipelineLayout;
  }

  /** The number of the row that a region lies in; undefined for one that stays where it is. */
  rowOf(region: Region): number | undefined {
    return this.#rows.get(this.#program.aliasOf(region));
  }

  /**
   * Bindings of a kernel whose offsets are told in each run. None where the adapter allows fewer than the kernel binds in rows, or would rather have
   * a bind group for each row.
   */
  dynamic(kernel: Kernel): readonly number[] {
    const bindings = this.#bindings(kernel);
    return bindings.length <= this.#most ? bindings : [];
  }

  #bindings({ regions }: Kernel): readonly number[] {
    return [...regions.keys()].filter((binding) => this.rowOf(regions[binding]!) !== undefined);
  }

  #place(region: Region, { inRows }: PlanRequest, array: DeviceArray | undefined): void {
    const row = array === undefined ? undefined : inRows?.get(array);
    if (row !== undefined) this.#rows.set(this.#program.aliasOf(region), row);
  }
}

/** The bind group of a dispatch; with rows, one for each buffer that they lie in, or one for each row where there are no dynamic offsets. */
export class BoundGroup {
  readonly #device: Device;
  readonly #layout: GPUBindGroupLayout;
  readonly #ranges: readonly BoundRange[];
  readonly #dynamic: readonly number[];
  readonly #fixed: GPUBindGroup | undefined;
  /** By the place of the first row, or by its buffer. */
  readonly #made = new Map<
    unknown,
    { readonly places: readonly ArrayPlace[]; readonly group: GPUBindGroup }[]
  >();
  readonly #first: number;

  constructor(device: Device, kernel: Kernel, ranges: readonly BoundRange[], dynamic: readonly number[]) {
    this.#device = device;
    this.#ranges = ranges;
    this.#dynamic = dynamic;
    this.#layout = device.bindGroupLayout(groupEntries(kernel, dynamic));
    this.#first = ranges.find(({ row }) => row !== undefined)?.row ?? 0;
    this.#fixed = ranges.every(({ row }) => row === undefined) ? this.#make([]) : undefined;
  }

  /** @param rows where each row of the run lies */
  set(pass: GPUComputePassEncoder, rows: readonly ArrayPlace[]): void {
    if (this.#fixed !== undefined) pass.setBindGroup(0, this.#fixed);
    else
      pass.setBindGroup(
        0,
        this.#groupFor(rows),
        this.#dynamic.map((binding) => rows[this.#ranges[binding]!.row!]!.offset),
      );
  }

  #groupFor(rows: readonly ArrayPlace[]): GPUBindGroup {
    const isDynamic = this.#dynamic.length > 0;
    const first = rows[this.#first]!;
    const key = isDynamic ? first.buffer : first;
    let made = this.#made.get(key);
    if (made === undefined) {
      made = [];
      this.#made.set(key, made);
    }
    const found = made.find(({ places }) =>
      this.#ranges.every(
        ({ row }) =>
          row === undefined ||
          (isDynamic ? places[row]!.buffer === rows[row]!.buffer : places[row] === rows[row]),
      ),
    );
    if (found !== undefined) return found.group;
    const group = this.#make(rows);
    made.push({ places: rows, group });
    return group;
  }

  #make(rows: readonly ArrayPlace[]): GPUBindGroup {
    const isDynamic = this.#dynamic.length > 0;
    const entries = this.#ranges.map((range, binding) => {
      if (range.row === undefined) return { binding, resource: range.binding };
      const { buffer, offset } = rows[range.row]!;
      const start = range.offset + (isDynamic ? 0 : offset);
      return { binding, resource: { buffer: buffer.gpu, offset: start, size: range.bytes } };
    });
    return this.#device.gpu.createBindGroup({ layout: this.#layout, entries });
  }
}
