/** @file Seconds of a training step in turns with a plain one, for suites whose cells are whole training runs. */
import { type CellConfig, type Measurement, sampleArms, timed, timeSection } from '@longhorizon/harness';
import type { Device } from '@longhorizon/tensor';
import { controlOf } from './control.ts';
import { underRoof } from './roof/floor.ts';

/** What a time is compared with: a step of the same training without what the suite compares. */
export const plainStepPhase = 'plain step';
const stepPhase = 'step';

/** The first step compiles; what it takes more than a later one is the time of that. */
export async function stepTime(
  device: Device,
  { step, plain }: { readonly step: () => Promise<unknown>; readonly plain: () => Promise<unknown> },
  { profile }: CellConfig,
  signal: AbortSignal,
): Promise<Measurement> {
  const held = underRoof(device);
  const first = await timed(step);
  await plain();
  const again = await timed(step);
  const { phases, noise } = await sampleArms(
    [
      { name: stepPhase, run: () => held(step) },
      { name: plainStepPhase, run: () => held(plain) },
    ],
    {
      minimumSamples: profile === 'quick' ? 6 : 10,
      maximumSamples: 40,
      timeBudgetMs: profile === 'quick' ? 100 : 2000,
      warmUpCalls: 0,
      warmUpMs: 0,
      control: await controlOf(device),
      signal,
    },
  );
  return {
    status: 'ok',
    time: timeSection(phases, {
      primaryPhase: stepPhase,
      compileMs: Math.max(0, first.ms - again.ms),
      clock: { host: 'performance.now', synchronisation: 'work-done' },
    }),
    ...(noise === undefined ? {} : { noise }),
  };
}
