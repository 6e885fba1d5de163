/**
 * @file What `using` and `await using` let go of at the end of a block: runs, plans, buffers, devices. Their own word for it is `destroy`, `release`,
 * `stop` or `close`.
 */

// Browsers that know no `using` have no such symbols either; the code that stands in for it looks for them here.
const symbols: { dispose?: symbol; asyncDispose?: symbol } = Symbol;
symbols.dispose ??= Symbol.for('Symbol.dispose');
symbols.asyncDispose ??= Symbol.for('Symbol.asyncDispose');

/** Something whose end is one call. */
type Endable = { destroy(): void } | { release(): void } | { stop(): void };

/** A value that `using` destroys, releases or stops: `using run = owned(await prepare(…));`. */
export function owned<Value extends Endable>(value: Value): Value & Disposable {
  const end = (): void => {
    if ('destroy' in value) value.destroy();
    else if ('release' in value) value.release();
    else value.stop();
  };
  return Object.assign(value, { [Symbol.dispose]: end });
}

/** Ends what it was given, the last first: `using owner = new Owner(); const plan = owner.own(await Plan.make(…));`. */
export class Owner implements Disposable {
  readonly #all: Disposable[] = [];

  own<Value extends Endable>(value: Value): Value {
    this.#all.push(owned(value));
    return value;
  }

  [Symbol.dispose](): void {
    for (const one of this.#all.reverse()) one[Symbol.dispose]();
  }
}

/** A value that `await using` closes: `await using device = closing(await openDevice());`. */
export function closing<Value extends { close(): Promise<unknown> }>(value: Value): Value & AsyncDisposable {
  const close = async (): Promise<void> => void (await value.close());
  return Object.assign(value, { [Symbol.asyncDispose]: close });
}
