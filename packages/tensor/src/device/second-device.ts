/**
 * @file A second device for a software adapter's compiler. llvmpipe compiles a module in the thread of the device's queue when it is first
 * dispatched, one after another, while other cores idle. A second device compiles in a thread of its own, and Mesa's cache on disk
 * hands its code to the first: whatever that finds there costs it 4 to 12 ms instead of 30 to 500. Who compiles a module has no influence on it.
 */
import { isNode } from './instance.ts';

/** What this needs of a device; device.ts imports this file. */
interface Closable {
  close(): Promise<unknown>;
}

/** A job stops between two of its parts when nobody wants it any more. It waits for the device itself, which may not open. */
export type SecondJob<Device> = (device: Promise<Device>, isWanted: () => boolean) => Promise<void>;

/** A device that is opened when it is first used. Its jobs only save time, so nobody hears of their failures. */
export class SecondDevice<Device extends Closable> {
  readonly #open: () => Promise<Device>;
  #device: Promise<Device> | undefined;
  readonly #jobs: SecondJob<Device>[] = [];
  readonly #later: SecondJob<Device>[] = [];
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(open: () => Promise<Device>) {
    this.#open = open;
  }

  /** Starts a job, after those before it. */
  use(job: SecondJob<Device>): void {
    this.#jobs.push(job);
    this.#running ??= this.#run();
  }

  /** Starts a job when there is no other. */
  useLater(job: SecondJob<Device>): void {
    this.#later.push(job);
    this.#running ??= this.#run();
  }

  /** Until there is nothing left to do. */
  async idle(): Promise<void> {
    await this.#running;
  }

  /** Waits for the part of a job that runs; the others never start. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
    await this.#device?.then(
      (device) => device.close(),
      () => {},
    );
  }

  async #run(): Promise<void> {
    this.#device ??= this.#open();
    // Whoever needs it hears of it.
    this.#device.catch(() => {});
    // Not in the same turn as the call that came with the first job.
    await undefined;
    for (;;) {
      const job = this.#closed ? undefined : (this.#jobs.shift() ?? this.#later.shift());
      if (job === undefined) break;
      await job(this.#device, () => !this.#closed).catch(() => {});
    }
    this.#running = undefined;
  }
}

const isSet = (name: string) => /^(?:1|t|true|y|yes)$/i.test(process.env[name] ?? '');

/** Whether a second device would help an adapter of this name: only llvmpipe is known to compile as said above. */
export async function compilesOnSecondDevice(adapterName: string): Promise<boolean> {
  if (!isNode() || !/llvmpipe/i.test(adapterName)) return false;
  if (isSet('MESA_SHADER_CACHE_DISABLE') || isSet('MESA_GLSL_CACHE_DISABLE')) return false;
  // The name is a variable so that a bundler for the browser does not look for the module.
  const moduleName = 'node:os';
  const { availableParallelism } = (await import(/* @vite-ignore */ moduleName)) as {
    availableParallelism(): number;
  };
  return availableParallelism() > 1;
}
