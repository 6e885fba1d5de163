import type { RunQueue } from '../device/order.ts';
import type { DeviceAction } from './device-action.ts';

/** A window on the actions of a sequence, which moves on when all in it are done. */
export class Lookahead {
  window: readonly DeviceAction[] = [];
  /** Place of the next action in the window. */
  at = 0;
  readonly #iterator: Iterator<DeviceAction>;
  readonly #queue: RunQueue;
  readonly #size: number;

  /** @param size actions in a window; with 1, nothing is read before its turn */
  constructor(actions: Iterable<DeviceAction>, queue: RunQueue, size: number) {
    this.#iterator = actions[Symbol.iterator]();
    this.#queue = queue;
    this.#size = size;
  }

  /** The next action of the window; undefined where it is done. A window of one is followed by the next at once. */
  get next(): DeviceAction | undefined {
    if (this.at === this.window.length && this.#size === 1) this.advance();
    return this.window[this.at];
  }

  /** Moves on, past a window that is done. Whether there is anything in the next one. */
  advance(): boolean {
    const window: DeviceAction[] = [];
    while (window.length < this.#size) {
      const next = this.#queue.encoding(() => this.#iterator.next());
      if (next.done) break;
      window.push(next.value);
    }
    this.window = window;
    this.at = 0;
    return window.length > 0;
  }
}
