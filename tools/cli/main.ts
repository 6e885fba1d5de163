/**
 * @file `npm run longhorizon -- doctor`, or `npx longhorizon doctor`.
 */
import { runProgram } from './program.ts';
import { subcommands } from './registry.ts';

await runProgram(subcommands, process.argv.slice(2));
