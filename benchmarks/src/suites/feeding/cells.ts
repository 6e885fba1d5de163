import { loadDataset } from '@longhorizon/datasets';
import type { Measurement, RunCell } from '@longhorizon/harness';
import type { Device } from '@longhorizon/tensor';
import { sharedDevice } from '../../measurements/device.ts';
import { measureFeeding } from './feeding.ts';

export const runFeedingCell: RunCell = async (_, { adapter }) => feeding(await sharedDevice(adapter));

async function feeding(device: Device): Promise<Measurement> {
  const dataset = loadDataset('glyphs', { seed: 0, classes: 100, perClass: 20 });
  const cost = await measureFeeding(device, dataset);
  return {
    status: 'ok',
    counters: {
      dispatchesPerStep: cost.dispatches.step,
      dispatchesOfFeeding: cost.dispatches.feeding,
      stepsPerLoop: cost.stepsPerLoop,
    },
    time: {
      compileMs: null,
      primaryPhase: 'from a table',
      phases: { ...cost.loops.phases, ...cost.gpu?.phases },
    },
  };
}
