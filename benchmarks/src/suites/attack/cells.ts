/** @file The cells of the suite `attack`: bytes and seconds of an attacker's hypergradient, and what its attack on an unseen victim comes to. */
import { type Problem, prepare } from '@longhorizon/bilevel';
import {
  type CellConfig,
  CellFailure,
  type Measurement,
  owned,
  phaseTimer,
  type RunCell,
  timeSection,
} from '@longhorizon/harness';
import type { Device } from '@longhorizon/tensor';
import { type Case, requireSize } from '../../measurements/case.ts';
import { sharedDevice } from '../../measurements/device.ts';
import { digest } from '../../measurements/gradient.ts';
import { memoryPass } from '../../measurements/memory.ts';
import { requireFinite } from '../../measurements/prepare.ts';
import { underRoof } from '../../measurements/roof/floor.ts';
import type { Seeds } from '../../measurements/rows.ts';
import { timePass } from '../../measurements/time.ts';
import { type AttackMethodRow, type MetaTraining, methods } from './methods.ts';
import { Attack, type AttackResult } from './model/attack.ts';
import { attackerProblem } from './model/attacker-problem.ts';
import type { Scene } from './model/scene.ts';
import { networkOf, profileOf, sceneOf } from './problems.ts';

/** Of Adam in tanh space, and how much the margin counts beside the distance. */
const attackRate = 0.05;
const marginWeight = 1;

export const runAttackCell: RunCell = async (config, { seeds, adapter, signal }) => {
  const device = await sharedDevice(adapter);
  const row = methods.find(({ name }) => name === config.method);
  if (row === undefined) throw new Error(`internal: attack has no method ${config.method}.`);
  const scene = await sceneOf(device, config, seeds);
  if (config.pass === 'training') return attackCell({ device, config, seeds, row, scene, signal });
  const { attacker } = row;
  if (typeof attacker === 'string')
    throw new CellFailure('unsupported', 'nothing is meta-trained, so there is no hypergradient to measure.');
  const cell: Case = {
    device,
    config,
    seeds,
    problem: problemOf(config, seeds, scene, attacker),
    method: attacker.method(config, seeds),
    oracle: undefined,
    recipe: undefined,
    signal,
  };
  return config.pass === 'memory' ? memoryPass(cell) : timePass(cell);
};

function problemOf(config: CellConfig, seeds: Seeds, scene: Scene, { inner }: MetaTraining): Problem {
  const problem = attackerProblem({
    network: networkOf(config),
    images: scene.images,
    maps: scene.maps,
    optimiser: inner,
    seed: seeds.initialisation ?? 0,
  });
  requireSize(config, {}, problem);
  return problem;
}

interface AttackCase {
  readonly device: Device;
  readonly config: CellConfig;
  readonly seeds: Seeds;
  readonly row: AttackMethodRow;
  readonly scene: Scene;
  readonly signal: AbortSignal;
}

async function attackCell(cell: AttackCase): Promise<Measurement> {
  const { device, config, seeds, row, scene } = cell;
  const { coordinates, iterations, fitSteps } = profileOf(config.profile);
  const timer = phaseTimer();
  const learned = typeof row.attacker === 'string' ? undefined : await metaTrain(cell, row.attacker, timer);
  const network = networkOf(config);
  const start = learned?.start ?? network.initialise(seeds.initialisation ?? 0);
  using attack = owned(
    await Attack.make(device, {
      pictures: scene.pictures,
      victim: scene.unseen,
      coordinates,
      iterations,
      rate: attackRate,
      weight: marginWeight,
      seed: seeds.noise ?? 0,
      ...(row.attacker === 'none' ? {} : { attacker: { network, start, fitSteps } }),
    }),
  );
  const result = await timer.time('attack', () => underRoof(device)(() => attack.run()));
  const final = summaryOf(result);
  return {
    status: 'ok',
    training: {
      curve: [...(learned?.curve ?? [])],
      final,
      finalSamples: {
        success: result.succeeded.map(Number),
        queries: [...result.queries],
      },
      reportSplit: 'unseen victim, pictures that it gets right',
    },
    time: timeSection(timer.phases(), { primaryPhase: 'attack', compileMs: null }),
    counters: { ...learned?.counts },
    artifacts: { start: digest(Float64Array.from(start)) },
    details: {
      pictures: result.queries.length,
      victimAccuracy: scene.accuracy,
      queriesOfSuccesses: meanOf(result.queries.filter((_, k) => result.succeeded[k])),
      medianQueries: [...result.queries].sort((a, b) => a - b)[Math.floor(result.queries.length / 2)]!,
    },
  };
}

const meanOf = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Success, mean queries of all pictures, mean distance of those that succeeded. */
function summaryOf({ succeeded, queries, distance }: AttackResult) {
  return {
    success: meanOf(succeeded.map(Number)),
    queries: meanOf(queries),
    distance: meanOf(distance.filter((_, k) => succeeded[k])),
  };
}

async function metaTrain(
  { device, config, seeds, scene, signal }: AttackCase,
  training: MetaTraining,
  timer: ReturnType<typeof phaseTimer>,
) {
  const { horizon } = config;
  const { metaIterations } = profileOf(config.profile);
  const problem = problemOf(config, seeds, scene, training);
  using run = owned(
    await prepare(device, problem, training.method(config, seeds), {
      horizon,
      meta: { ...training.outer, every: horizon },
    }),
  );
  const curve: { step: number; timeMs: number; metrics: Record<string, number> }[] = [];
  const every = Math.ceil(metaIterations / 10);
  let losses: number[] = [];
  const held = underRoof(device);
  for (let number = 0; number < metaIterations; number++) {
    if (signal.aborted) throw new CellFailure('timeout', `stopped after ${number} meta-iterations.`);
    run.writeGiven('firstStep', [number * horizon]);
    const { outerLoss } = requireFinite(await timer.time('meta-iteration', () => held(() => run.metaStep())));
    losses.push(outerLoss);
    if ((number + 1) % every !== 0 && number + 1 < metaIterations) continue;
    curve.push({ step: number + 1, timeMs: timer.elapsedMs(), metrics: { outerLoss: meanOf(losses)! } });
    losses = [];
  }
  return { start: await run.read('lambda'), curve, counts: run.counters };
}
