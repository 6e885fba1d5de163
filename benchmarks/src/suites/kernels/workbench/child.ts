/** @file The process in which kernels under work run: one that never ends takes only this process with it. Started by `process.ts`. */
import { createHash } from 'node:crypto';
import { type Device, openDevice } from '@longhorizon/tensor';
import { WgslError } from '@longhorizon/tensor/device';
import {
  algorithmicBytes,
  choiceFor,
  type Draw,
  drawsFor,
  type FamilyName,
  type FamilyProblems,
  judgedShapes,
  judgeLone,
  judgeVariant,
  type KernelTask,
  type KernelVariant,
  kernelAdapterOf,
  LoneKernel,
  operationsOf,
  parseShape,
} from '@longhorizon/tensor/kernels';
import { kernelTables } from '../../../measurements/kernel-tables/tables.ts';
import { readVariants } from './candidates.ts';
import type {
  Answers,
  Judged,
  Looked,
  Opened,
  Others,
  Place,
  Present,
  Reply,
  Request,
  Stage,
} from './messages.ts';
import { inTurns } from './turns.ts';

const newSeed = (): number => Math.floor(Math.random() * 2 ** 32);
const say = (reply: Reply): void => void process.send!(reply);
const at = (stage: Stage): void => say({ stage });

/** All that is kept for one family and shape. */
class Bench<Name extends FamilyName> {
  readonly #device: Device;
  readonly #place: Place & { readonly family: Name };
  readonly #task: KernelTask<FamilyProblems[Name]>;
  readonly #known: Map<string, string>;
  #variants = new Map<string, KernelVariant<FamilyProblems[Name]>>();
  #draws: readonly Draw[] = [];
  #present: LoneKernel | undefined;

  constructor(
    device: Device,
    place: Place & { readonly family: Name },
    known: Readonly<Record<string, string>>,
  ) {
    this.#device = device;
    this.#place = place;
    this.#task = parseShape(place.family, place.shape)!;
    this.#known = new Map(Object.entries(known));
  }

  get #adapter() {
    return kernelAdapterOf(this.#device);
  }

  async open(given: Present | undefined): Promise<Opened> {
    const { variant, chosen } = choiceFor(this.#device, this.#place.family, this.#task);
    const emitted = given?.emitted ?? variant.emit(this.#task.problem, this.#adapter);
    const present: Present = { name: given?.name ?? variant.name, emitted };
    this.#present = await LoneKernel.make(this.#device, this.#task as KernelTask, emitted);
    this.#draws = drawsFor(this.#task as KernelTask, newSeed());
    this.#present!.load(this.#draws[0]!);
    // Compiles it.
    await this.#present!.run();
    const { name, device, description } = this.#device.adapter;
    const { runsOnHost } = this.#device.profile;
    return { adapter: name, device, description, runsOnHost, present, why: chosen.why };
  }

  /** Reads the files again. Kernels that do not take the shape count by what they refuse. */
  async look(): Promise<Looked> {
    at('reading');
    const changed: string[] = [];
    try {
      const { family, from, name } = this.#place;
      const found = await readVariants(family, from, name);
      this.#variants = new Map(found.map((one) => [one.name, one]));
    } catch (error) {
      return { changed, known: Object.fromEntries(this.#known), fault: reasonOf(error) };
    }
    for (const [name, variant] of this.#variants) {
      const text = this.#textOf(variant);
      if (this.#known.get(name) !== text) changed.push(name);
      this.#known.set(name, text);
    }
    return { changed, known: Object.fromEntries(this.#known) };
  }

  #textOf(variant: KernelVariant<FamilyProblems[Name]>): string {
    try {
      const refusal = variant.prerequisites(this.#task.problem, this.#adapter);
      if (refusal !== undefined) return refusal;
      const { wgsl, ...rest } = variant.emit(this.#task.problem, this.#adapter);
      return createHash('sha256').update(wgsl).update(JSON.stringify(rest)).digest('hex');
    } catch (error) {
      return reasonOf(error);
    }
  }

  async judge(name: string): Promise<Judged> {
    const task = this.#task as KernelTask;
    const none = { worst: 0, relative: 0, ms: Number.NaN, presentMs: Number.NaN };
    const amounts = { operations: operationsOf(task), bytes: algorithmicBytes(task) };
    const failed = (fault: string, of = none): Judged => ({ ...of, ...amounts, fault });
    const variant = this.#variants.get(name)!;
    let kernel: LoneKernel;
    try {
      const refusal = variant.prerequisites(this.#task.problem, this.#adapter);
      if (refusal !== undefined) return failed(`cannot take ${task.title}: it ${refusal}`);
      at('compiling');
      kernel = (await LoneKernel.make(this.#device, task, variant.emit(this.#task.problem, this.#adapter)))!;
    } catch (error) {
      return failed(notReady(error, () => variant.emit(this.#task.problem, this.#adapter).wgsl));
    }
    try {
      at('running');
      const { fault, worst, relative } = await judgeLone(kernel, this.#draws);
      if (fault !== undefined) return failed(`is wrong: ${fault}`, { ...none, worst, relative });
      at('timing');
      kernel.load(this.#draws[0]!);
      this.#present!.load(this.#draws[0]!);
      const times = await inTurns(kernel, this.#present!);
      // What was timed is looked at, too: a kernel may know that it is being timed.
      at('running');
      const after = await judgeLone(kernel, this.#draws.slice(0, 2));
      if (after.fault !== undefined)
        return failed(`is wrong after it was timed: ${after.fault}`, { ...none, worst, relative });
      const { comparison, ...ms } = times;
      return { worst, relative, ...ms, ...amounts, ...(comparison === undefined ? {} : { comparison }) };
    } finally {
      kernel.destroy();
      // For the next save, in idle time.
      setTimeout(() => {
        this.#draws = drawsFor(task, newSeed());
      }, 50);
    }
  }

  async others(name: string): Promise<Others> {
    at('running');
    const seed = newSeed();
    const variant = this.#variants.get(name)!;
    const all: readonly KernelTask<FamilyProblems[FamilyName]>[] = judgedShapes[this.#place.family](seed);
    const shapes = (all as readonly KernelTask<FamilyProblems[Name]>[]).filter(
      ({ problem }) => variant.prerequisites(problem, this.#adapter) === undefined,
    );
    if (shapes.length === 0) return { shapes: 0 };
    const { fault, shapes: taken } = await judgeVariant(this.#device, variant, shapes, {
      seed,
      everyWay: true,
    });
    return { shapes: taken.length, ...(fault === undefined ? {} : { fault: `is wrong: ${fault}` }) };
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A fault of the kernel's own text with its line there; the text that the compiler wrote stands in front of it. */
function notReady(error: unknown, textOf: () => string): string {
  if (!(error instanceof WgslError)) return `cannot be made ready: ${reasonOf(error)}`;
  const before = error.wgsl.indexOf(textOf().trimStart().slice(0, 200));
  const ownLine = before < 0 ? 0 : error.line - error.wgsl.slice(0, before).split('\n').length + 1;
  const [, detail = error.message] =
    /does not compile: line \d+, column \d+: ([\s\S]*)/.exec(error.message) ?? [];
  const where = ownLine >= 1 ? `line ${ownLine} of its text` : `line ${error.line} of the module`;
  return `does not compile: ${where}, column ${error.column}: ${detail}`;
}

let bench: Bench<FamilyName> | undefined;
let device: Device | undefined;

async function answer(request: Request): Promise<Answers[Request['kind']]> {
  switch (request.kind) {
    case 'open':
      device = await openDevice({
        warmPipelines: false,
        robustness: request.robustness,
        choices: (adapter) => kernelTables(adapter).choices,
      });
      bench = new Bench(device, request.place, request.known ?? {});
      return bench.open(request.present);
    case 'look':
      return bench!.look();
    case 'judge':
      return bench!.judge(request.name);
    case 'others':
      return bench!.others(request.name);
    case 'close':
      await device?.close();
      return {};
  }
}

process.on('message', async (request: Request) => {
  let reply: Reply;
  try {
    reply = { ok: true, answer: await answer(request) };
  } catch (error) {
    reply = { ok: false, reason: reasonOf(error) };
  }
  process.send!(reply, () => {
    if (request.kind === 'close') process.disconnect();
  });
});
// The parent is gone: nothing to answer any more.
process.on('disconnect', () => process.exit(0));
