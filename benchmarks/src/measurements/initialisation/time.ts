/**
 * @file The pass `time`: milliseconds of an inner step of all tasks with what the method does around it, in turns with the inner steps alone. Whole
 * trajectories are timed, so that a meta-update at their end has its share.
 */
import { type InitialisationOutcome, type InitialisationRun, independent } from '@longhorizon/bilevel';
import {
  type Measurement,
  type Phase,
  roundedMs,
  sampleArms,
  summarise,
  timeSection,
} from '@longhorizon/harness';
import { controlOf } from '../control.ts';
import { underRoof } from '../roof/floor.ts';
import { samplingAt } from '../time.ts';
import { type InitialisationCase, requireFinite, withInitialisation } from './case.ts';
import { plainPhase } from './rows.ts';

const primaryPhase = 'inner step with the method';

interface FirstTrajectories {
  /** Of the second one. */
  readonly outcome: InitialisationOutcome;
  /** What the first one took longer; null where nothing was compiled. */
  readonly compileMs: number | null;
}

/** Hands over the two runs that are timed in turns, the method's and the inner steps alone, and what the first trajectories of the method's came to. */
export async function withArms<Result>(
  cell: InitialisationCase,
  use: (run: InitialisationRun, plain: InitialisationRun, first: FirstTrajectories) => Promise<Result>,
): Promise<Result> {
  const K = cell.config.horizon;
  return withInitialisation(cell, async (run) => {
    const started = performance.now();
    const { compiled } = cell.device.pipelineStatistics();
    requireFinite(await run.run(K));
    const firstMs = performance.now() - started;
    const outcome = requireFinite(await run.run(K));
    const isCompiled = cell.device.pipelineStatistics().compiled > compiled;
    const compileMs = isCompiled ? Math.max(0, firstMs - outcome.wallMs) : null;
    return withInitialisation(cell, (plain) => use(run, plain, { outcome, compileMs }), independent);
  });
}

export async function initialisationTime(cell: InitialisationCase): Promise<Measurement> {
  const { device, config, signal } = cell;
  const K = config.horizon;
  const options = samplingAt(config.profile);
  return withArms(cell, async (run, plain, { outcome, compileMs }) => {
    const { wallMs, counts, dispatches } = outcome;
    const held = underRoof(device);
    const trajectory = (of: InitialisationRun) => () => held(async () => requireFinite(await of.run(K)));
    const { phases, noise } = await sampleArms(
      [
        { name: primaryPhase, run: trajectory(run) },
        { name: plainPhase, run: trajectory(plain) },
      ],
      { ...options(wallMs), control: await controlOf(device), signal },
    );
    return {
      status: 'ok',
      time: timeSection(
        Object.fromEntries(Object.entries(phases).map(([name, phase]) => [name, each(phase, K)])),
        {
          primaryPhase,
          compileMs,
          clock: { host: 'performance.now', synchronisation: 'map-read' },
        },
      ),
      counters: { ...counts, dispatches, stepsPerSample: K },
      ...(noise === undefined ? {} : { noise }),
    };
  });
}

/** A phase whose samples are of K steps, as one of single steps. */
function each(phase: Phase, K: number): Phase {
  const samples = phase.samples.map((ms) => roundedMs(ms / K));
  return { ...phase, samples, innerIterations: phase.innerIterations * K, summary: summarise(samples) };
}
