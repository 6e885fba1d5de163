/**
 * @file At which step an inner optimisation left the finite numbers. Found by running it again, which gives the same bytes, so a
 * healthy run pays nothing for being watched.
 */

import { Inner } from '../hyper/inner.ts';
import { compileWorkspace, DeviceEngine } from '../workspace/device-engine.ts';
import type { Engine } from '../workspace/engine.ts';
import { largestFinite } from '../workspace/finite.ts';
import { ReferenceEngine } from '../workspace/reference-engine.ts';
import { type Action, type Computation, execute } from '../workspace/workspace.ts';

/**
 * The first t after which some weight or the outer loss is not a number, or beyond float32; undefined when none is.
 * They are looked at √T times to find the stretch, and step by step within it.
 *
 * @param engine holds the λ, φ and data of the run in question
 */
export async function locateDivergence(engine: Engine, inner: Inner): Promise<number | undefined> {
  const bare = new Inner(inner.problem, inner.horizon, inner.kind);
  bare.declareCommon();
  const { w } = bare.carry;
  const loss = bare.workspace.computation('outer loss', [[bare.outerLoss, bare.outerLossAt(w.tensor)]]);
  const again = await openBare(engine, inner, bare);
  try {
    return await firstBadStep(again, bare, loss);
  } finally {
    again.destroy();
  }
}

async function openBare(engine: Engine, inner: Inner, bare: Inner): Promise<Engine> {
  const pairs = [
    [inner.lambda, bare.lambda],
    ...(inner.initial === undefined ? [] : ([[inner.initial, bare.initial!]] as const)),
    ...Object.entries(inner.given).map(([name, variable]) => [variable, bare.given[name]!] as const),
  ] as const;
  if (engine instanceof DeviceEngine) {
    const bound = new Map(pairs.map(([from, to]) => [to, engine.array(from)]));
    return DeviceEngine.make(compileWorkspace(engine.device, bare.workspace, bound));
  }
  const reference = new ReferenceEngine(bare.workspace);
  for (const [from, to] of pairs) reference.write(to, await engine.read(from));
  return reference;
}

async function firstBadStep(engine: Engine, inner: Inner, loss: Computation): Promise<number | undefined> {
  const { horizon } = inner;
  const isFiniteAfter = async (t: number) => {
    await engine.perform([execute(loss, t)]);
    const numbers = [await engine.read(inner.outerLoss), await engine.read(inner.carry.w)];
    return numbers.every((list) => list.every((value) => Math.abs(value) < largestFinite));
  };
  const stride = Math.ceil(Math.sqrt(horizon));
  let good = 0;
  await engine.perform([execute(inner.restart, 0)]);
  while (good < horizon) {
    const end = Math.min(horizon, good + stride);
    await engine.perform(steps(inner, good, end));
    if (!(await isFiniteAfter(end))) break;
    good = end;
  }
  if (good === horizon) return undefined;
  await engine.perform([execute(inner.restart, 0), ...steps(inner, 0, good)]);
  for (let t = good + 1; t <= horizon; t++) {
    await engine.perform(steps(inner, t - 1, t));
    if (!(await isFiniteAfter(t))) return t;
  }
  return undefined;
}

function* steps(inner: Inner, from: number, to: number): Generator<Action> {
  for (let index = from; index < to; index++) yield execute(inner.step, index);
}
