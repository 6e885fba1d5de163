/**
 * @file The pass `time`: milliseconds of an inner step of all tasks with what the method does around it, in turns with the inner steps alone. Whole
 * trajectories are timed, so that a meta-update at their end has its share.
 */
import { type InitialisationRun, independent } from '@longhorizon/bilevel';
import {
  type Measurement,
  type Phase,
  roundedMs,
  sampleArms,
  summarise,
  timeSection,
} from '@longhorizon/harness';
import { controlOf } from '../control.ts';
import { samplingAt } from '../time.ts';
import { type InitialisationCase, requireFinite, withInitialisation } from './case.ts';
import { plainPhase } from './rows.ts';

const primaryPhase = 'inner step with the method';

export async function initialisationTime(cell: InitialisationCase): Promise<Measurement> {
  const { device, config, signal } = cell;
  const K = config.horizon;
  const options = samplingAt(config.profile);
  return withInitialisation(cell, async (run) => {
    const started = performance.now();
    const { compiled } = device.pipelineStatistics();
    requireFinite(await run.run(K));
    const firstMs = performance.now() - started;
    const { wallMs, counts, dispatches } = requireFinite(await run.run(K));
    const isCompiled = device.pipelineStatistics().compiled > compiled;
    return withInitialisation(
      cell,
      async (plain) => {
        const trajectory = (of: InitialisationRun) => async () => requireFinite(await of.run(K));
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
              compileMs: isCompiled ? Math.max(0, firstMs - wallMs) : null,
              clock: { host: 'performance.now', synchronisation: 'map-read' },
            },
          ),
          counters: { ...counts, dispatches, stepsPerSample: K },
          ...(noise === undefined ? {} : { noise }),
        };
      },
      independent,
    );
  });
}

/** A phase whose samples are of K steps, as one of single steps. */
function each(phase: Phase, K: number): Phase {
  const samples = phase.samples.map((ms) => roundedMs(ms / K));
  return { ...phase, samples, innerIterations: phase.innerIterations * K, summary: summarise(samples) };
}
