/**
 * Buffers through which bytes come back from the GPU.
 *
 * A read copies into a mappable buffer of this pool and maps it. Sizes are powers of two so that few buffers serve
 * many reads; a long read is made in parts, so that its staging stays small beside what is read.
 */
import type { LedgerBuffer } from './buffer.ts';

const smallestBytes = 4096;
/** One part of a long read. 32 MiB: copying and mapping take far longer than starting a part does. */
export const largestPartBytes = 32 * 2 ** 20;
/** What may lie idle in the pool; the largest goes first. */
const idleBytes = 64 * 2 ** 20;

export class StagingPool {
  readonly #idle: LedgerBuffer[] = [];
  readonly #create: (bytes: number) => LedgerBuffer;

  constructor(create: (bytes: number) => LedgerBuffer) {
    this.#create = create;
  }

  /** A mappable buffer of at least `bytes`; give it back with {@link give}. */
  take(bytes: number): LedgerBuffer {
    const size = roundUp(bytes);
    const index = this.#idle.findIndex((buffer) => buffer.bytes === size);
    if (index >= 0) return this.#idle.splice(index, 1)[0] as LedgerBuffer;
    return this.#create(size);
  }

  /** Takes an unmapped buffer back. */
  give(buffer: LedgerBuffer): void {
    this.#idle.push(buffer);
    this.#idle.sort((a, b) => a.bytes - b.bytes);
    let total = this.#idle.reduce((bytes, idle) => bytes + idle.bytes, 0);
    while (total > idleBytes) {
      const largest = this.#idle.pop() as LedgerBuffer;
      total -= largest.bytes;
      largest.destroy();
    }
  }

  /** Destroys what lies idle. */
  clear(): void {
    for (const buffer of this.#idle.splice(0)) buffer.destroy();
  }
}

function roundUp(bytes: number): number {
  let size = smallestBytes;
  while (size < bytes) size *= 2;
  return size;
}
