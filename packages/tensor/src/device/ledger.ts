/**
 * The memory ledger: every byte of GPU memory that this library asks for is written down here, with what it is for.
 *
 * The planner predicts peak bytes; the ledger measures them; the memory columns of every result come from it. It
 * counts the bytes that were asked for. What a driver adds for its own alignment and caches is not visible to it.
 */
import { DeviceUsageError, formatBytes, LeakError } from './errors.ts';

/** What a byte is for. An arena that holds several kinds states how many bytes each has. */
export const byteClasses = [
  'weights',
  'optimiser state',
  'hyperparameters',
  'trajectory',
  'residuals',
  'tangents',
  'checkpoints',
  'data',
  'scratch',
  'constants',
  'padding',
  'staging',
] as const;

/** What bytes are for: the classes by which the ledger and every memory table split them. */
export type ByteClass = (typeof byteClasses)[number];
/** Bytes of every class. */
export type BytesByClass = Readonly<Record<ByteClass, number>>;

/** One live allocation. */
export interface Allocation {
  /** Counts up from 1 in order of creation. */
  readonly id: number;
  readonly label: string;
  readonly bytes: number;
  readonly classes: Readonly<Partial<Record<ByteClass, number>>>;
  /** Where the code that wanted it stands, as `function (file:line:column)`. */
  readonly site: string;
  /** Owned by the device itself and used again and again: live, but never a leak. */
  readonly pooled: boolean;
}

/** What the ledger is told of an allocation: label, bytes, and their classes. */
export interface AllocationRequest {
  readonly label: string;
  readonly bytes: number;
  readonly classes: Readonly<Partial<Record<ByteClass, number>>>;
  readonly site?: string | (() => string);
  readonly pooled?: boolean;
}

/** Which bytes a {@link PeakWatch} looks at. Absent: all. */
export interface WatchOptions {
  readonly except?: readonly ByteClass[];
}

/** Counts the bytes of every buffer of a device, by class: live now, at their peak, and where they were asked for. */
export class Ledger {
  readonly #live = new Map<number, Allocation>();
  readonly #byClass = zeroByClass();
  readonly #watches = new Set<PeakWatch>();
  #nextId = 1;
  #total = 0;

  /** The peak of everything, staging included. */
  readonly all: PeakWatch;
  /** The peak of what plans and problems hold: everything but staging. This is what the planner predicts. */
  readonly withoutStaging: PeakWatch;

  constructor() {
    this.all = this.watch();
    this.withoutStaging = this.watch({ except: ['staging'] });
  }

  /** Bytes live now. */
  get live(): number {
    return this.#total;
  }

  /** The most bytes that were live at once since the last resetPeak(), staging included. */
  get peak(): number {
    return this.all.peak;
  }

  /** Bytes live now, by class; every class is present. */
  liveByClass(): BytesByClass {
    return { ...this.#byClass };
  }

  /** How {@link peak} was made up at the moment when it was reached. Its values add up to the peak. */
  peakByClass(): BytesByClass {
    return this.all.byClass();
  }

  /** Starts `peak`, `all` and `withoutStaging` again from what is live now. Watches of others are left alone. */
  resetPeak(): void {
    this.all.reset();
    this.withoutStaging.reset();
  }

  /** A peak of one's own, for one phase of a run; call `stop()` when the phase is over. */
  watch(options: WatchOptions = {}): PeakWatch {
    const watch = new PeakWatch(
      new Set(options.except ?? []),
      () => this.#byClass,
      (done) => this.#watches.delete(done),
    );
    this.#watches.add(watch);
    return watch;
  }

  /** Live allocations, oldest first. */
  list(): readonly Allocation[] {
    return [...this.#live.values()];
  }

  /** A point in time, for {@link leaks}: what is allocated later has been allocated since. */
  mark(): number {
    return this.#nextId;
  }

  /** What is live, is not the device's own, and was allocated since `mark` (from the beginning when absent). */
  leaks(mark = 0): readonly Allocation[] {
    return this.list().filter((allocation) => !allocation.pooled && allocation.id >= mark);
  }

  /** @throws {LeakError} naming every leak with its class, its bytes and where it was created. */
  assertNoLeaks(mark = 0): void {
    const leaks = this.leaks(mark);
    if (leaks.length === 0) return;
    const total = leaks.reduce((bytes, leak) => bytes + leak.bytes, 0);
    const subject = leaks.length === 1 ? '1 buffer was' : `${leaks.length} buffers were`;
    throw new LeakError(
      `${subject} never destroyed (${formatBytes(total)}):\n${leaks.map((leak) => `  ${printAllocation(leak)}`).join('\n')}`,
    );
  }

  /**
   * Writes down an allocation.
   * @throws {DeviceUsageError} when the bytes of its classes do not add up to its bytes.
   */
  allocate(request: AllocationRequest): Allocation {
    checkClasses(request);
    const { site = 'unknown place' } = request;
    const allocation: Allocation = {
      id: this.#nextId++,
      label: request.label,
      bytes: request.bytes,
      classes: { ...request.classes },
      get site() {
        return typeof site === 'string' ? site : site();
      },
      pooled: request.pooled ?? false,
    };
    this.#live.set(allocation.id, allocation);
    this.#add(allocation, 1);
    for (const watch of this.#watches) watch.look(this.#total);
    return allocation;
  }

  /** Strikes an allocation out. Striking it out twice does nothing the second time. */
  free(allocation: Allocation): void {
    if (this.#live.delete(allocation.id)) this.#add(allocation, -1);
  }

  #add(allocation: Allocation, sign: 1 | -1): void {
    this.#total += sign * allocation.bytes;
    for (const byteClass of byteClasses) {
      this.#byClass[byteClass] += sign * (allocation.classes[byteClass] ?? 0);
    }
  }
}

/** The most bytes that were live at once since the watch began or was last reset. */
export class PeakWatch {
  readonly #except: ReadonlySet<ByteClass>;
  readonly #live: () => BytesByClass;
  readonly #stop: (watch: PeakWatch) => void;
  #peak = 0;
  #atPeak: Record<ByteClass, number> = zeroByClass();

  constructor(except: ReadonlySet<ByteClass>, live: () => BytesByClass, stop: (watch: PeakWatch) => void) {
    this.#except = except;
    this.#live = live;
    this.#stop = stop;
    this.reset();
  }

  get peak(): number {
    return this.#peak;
  }

  /** The make-up of the peak when it was first reached; classes that are not watched count 0. */
  byClass(): BytesByClass {
    return { ...this.#atPeak };
  }

  /** Begins again from what is live now. */
  reset(): void {
    this.#atPeak = this.#watched();
    this.#peak = sum(this.#atPeak);
  }

  /** Called by the ledger after each allocation, with all live bytes. Queue writes come here: keep it cheap. */
  look(total: number): void {
    let bytes = total;
    for (const byteClass of this.#except) bytes -= this.#live()[byteClass];
    if (bytes > this.#peak) {
      this.#peak = bytes;
      this.#atPeak = this.#watched();
    }
  }

  /** Ends the watch: its peak no longer changes. */
  stop(): void {
    this.#stop(this);
  }

  #watched(): Record<ByteClass, number> {
    const now = { ...this.#live() };
    for (const byteClass of this.#except) now[byteClass] = 0;
    return now;
  }
}

/** One allocation on one line. */
export function printAllocation(allocation: Allocation): string {
  const classes = Object.entries(allocation.classes)
    .filter(([, bytes]) => bytes > 0)
    .map(([name, bytes]) => `${name} ${bytes}`)
    .join(', ');
  return `#${allocation.id} '${allocation.label}', ${allocation.bytes} bytes (${classes}), created by ${allocation.site}`;
}

function checkClasses(request: AllocationRequest): void {
  if (!Number.isSafeInteger(request.bytes) || request.bytes < 0) {
    throw new DeviceUsageError(
      `The allocation '${request.label}' asks for ${request.bytes} bytes; a whole number of bytes is needed.`,
    );
  }
  let total = 0;
  for (const [name, bytes] of Object.entries(request.classes)) {
    if (!(byteClasses as readonly string[]).includes(name)) {
      throw new DeviceUsageError(
        `The allocation '${request.label}' names the byte class '${name}'; known are ${byteClasses.join(', ')}.`,
      );
    }
    if (!Number.isSafeInteger(bytes) || bytes < 0) {
      throw new DeviceUsageError(
        `The allocation '${request.label}' gives the class '${name}' ${bytes} bytes; a whole number is needed.`,
      );
    }
    total += bytes;
  }
  if (total !== request.bytes) {
    throw new DeviceUsageError(
      `The allocation '${request.label}' has ${request.bytes} bytes, but those of its classes add up to ${total}. ` +
        "Give every byte a class; alignment gaps are 'padding'.",
    );
  }
}

function zeroByClass(): Record<ByteClass, number> {
  return Object.fromEntries(byteClasses.map((name) => [name, 0])) as Record<ByteClass, number>;
}

function sum(bytes: BytesByClass): number {
  let total = 0;
  for (const name of byteClasses) total += bytes[name];
  return total;
}
