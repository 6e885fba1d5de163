/**
 * @file Runs the training suite, its quick profile too, and stores the records.
 *
 *     npx tsx --conditions=longhorizon-source benchmarks/src/suites/training/run.ts OUTPUT_FOLDER [PROFILE] [PROBLEM]
 */
import { hashSources, runBench } from '@longhorizon/harness';
import { closeDevices, describeDevice, sharedDevice } from '../../measurements/device.ts';
import { variablesOfCell } from '../../measurements/driver.ts';
import { root } from '../../root.ts';
import { runTrainingCell } from './cells.ts';
import { training } from './index.ts';
import { trainingSuite } from './suite.ts';

const [outputFolder, profile = 'quick', problem] = process.argv.slice(2);
if (outputFolder === undefined)
  throw new Error('The folder for the records is missing: give it as the first argument.');
const device = await sharedDevice(undefined);
const { planned, cached, ran, durationMs } = await runBench({
  suites: [trainingSuite],
  selection: { profile, ...(problem === undefined ? {} : { problems: [problem] }) },
  runCell: runTrainingCell,
  outputFolder,
  adapter: describeDevice(device),
  codeHash: hashSources(['packages/tensor/src', 'packages/nn/src', 'benchmarks/src/suites/training'], root),
  variablesOf: (config, where) => variablesOfCell(training, config, where),
  repositoryFolder: root,
  progress: process.stderr,
});
await closeDevices();
console.log(JSON.stringify({ planned, cached, ran, durationMs }));
