/** @file `npm start` and `npx nx run bench`: the benchmark's command line. */
import { bench } from './command.ts';

await bench(process.argv.slice(2));
