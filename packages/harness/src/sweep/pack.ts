/** @file Cells into tasks of about equal time, and tasks into arrays of equal memory. */
import type { PlannedCell } from '../cell/cell-list.ts';
import { comparisonOf } from '../cell/shard.ts';
import { UsageError } from '../errors.ts';
import { groupedBy } from '../grouped.ts';
import type { CellEstimate } from './estimate.ts';

/** A cell with what it is expected to take. */
export interface EstimatedCell {
  readonly cell: PlannedCell;
  readonly estimate: CellEstimate;
}

/** Cells that one job runs, one after another. */
export interface Task {
  readonly cells: readonly PlannedCell[];
  /** Expected, its start not counted. */
  readonly seconds: number;
  /** Host memory to ask for, in MiB: a power of two of GiB. */
  readonly memoryMiB: number;
}

/** How large tasks are to be: how many there are, or how long each takes. */
export interface TaskSize {
  readonly tasks?: number;
  readonly minutes?: number;
}

/** Without a wish: long enough that starting is nothing beside it, short enough that a lost task is cheap. */
const usualMinutes = 60;
/** What the program takes without any cell, and what a byte on the device may need on the host: on a software adapter, all of it. */
const programMiB = 1536;
const hostBytesOfDeviceByte = 1.5;
/** No task asks for more without being told to. */
const mostMiB = 64 * 1024;

/**
 * Packs cells into tasks. Cells that are compared with each other stay together, because times are comparable on one machine only; the longest
 * groups are dealt first, each to the task that has least (Graham 1969: no task takes more than 4/3 of the best possible, but for a group that
 * is longer than a task). Cells of unlike memory are in unlike tasks, so that one large cell does not make all tasks ask for a large machine.
 *
 * @returns tasks sorted by memory; those of equal memory follow each other
 */
export function packCells(cells: readonly EstimatedCell[], size: TaskSize): readonly Task[] {
  const total = sum(cells.map(({ estimate }) => estimate.seconds));
  const wanted = size.tasks ?? Math.max(1, Math.ceil(total / 60 / (size.minutes ?? usualMinutes)));
  const classes = classesOf(groupsOf(cells));
  const shares = sharesOf(classes, wanted);
  return classes.flatMap(({ memoryMiB, groups }, index) => deal(groups, shares[index] ?? 1, memoryMiB));
}

interface Group {
  readonly cells: readonly EstimatedCell[];
  readonly seconds: number;
  readonly memoryMiB: number;
}

interface MemoryClass {
  readonly memoryMiB: number;
  readonly groups: readonly Group[];
  readonly seconds: number;
}

function groupsOf(cells: readonly EstimatedCell[]): readonly Group[] {
  const groups = groupedBy(cells, ({ cell }) => Object.values(comparisonOf(cell.config)).join(' '));
  return [...groups.values()].map((group) => ({
    cells: group,
    seconds: sum(group.map(({ estimate }) => estimate.seconds)),
    memoryMiB: memoryFor(Math.max(...group.map(({ estimate }) => estimate.bytes))),
  }));
}

/**
 * Host memory for so many bytes on the device: a power of two of GiB, in MiB. At most what common nodes have: a cell that needs more is out of memory,
 * which is an answer.
 */
export function memoryFor(deviceBytes: number): number {
  const needed = Math.min(mostMiB, programMiB + (hostBytesOfDeviceByte * deviceBytes) / 2 ** 20);
  return 1024 * 2 ** Math.max(1, Math.ceil(Math.log2(needed / 1024)));
}

function classesOf(groups: readonly Group[]): readonly MemoryClass[] {
  const sizes = [...new Set(groups.map(({ memoryMiB }) => memoryMiB))].sort((a, b) => a - b);
  return sizes.map((memoryMiB) => {
    const own = groups.filter((group) => group.memoryMiB === memoryMiB);
    return { memoryMiB, groups: own, seconds: sum(own.map(({ seconds }) => seconds)) };
  });
}

/** How many of the tasks each class gets: by its time, at least one, and no more than it has groups. */
function sharesOf(classes: readonly MemoryClass[], wanted: number): readonly number[] {
  const total = sum(classes.map(({ seconds }) => seconds));
  return classes.map(({ seconds, groups }) =>
    Math.min(groups.length, Math.max(1, Math.round(total === 0 ? 1 : (wanted * seconds) / total))),
  );
}

function deal(groups: readonly Group[], count: number, memoryMiB: number): readonly Task[] {
  const bins = Array.from({ length: count }, () => ({ cells: [] as PlannedCell[], seconds: 0 }));
  const byTime = [...groups].sort((a, b) => b.seconds - a.seconds);
  for (const group of byTime) {
    const least = bins.reduce((best, bin) => (bin.seconds < best.seconds ? bin : best));
    least.cells.push(...group.cells.map(({ cell }) => cell));
    least.seconds += group.seconds;
  }
  return bins.map(({ cells, seconds }) => ({ cells, seconds, memoryMiB }));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** @throws UsageError for sizes that are none */
export function checkSize({ tasks, minutes }: TaskSize): void {
  if (tasks !== undefined && minutes !== undefined)
    throw new UsageError('--tasks and --task-minutes say the same in two ways: give one of them.');
}
