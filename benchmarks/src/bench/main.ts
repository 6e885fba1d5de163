/** @file `npm start` and `npx nx run bench`: the benchmark's command line. */
import { complaint, exitCodeOf, outliveReaders } from '@longhorizon/harness/command-line';
import { bench } from './command.ts';

outliveReaders();
try {
  await bench(process.argv.slice(2));
} catch (error) {
  process.stderr.write(complaint('longhorizon', error));
  process.exitCode = exitCodeOf(error);
}
