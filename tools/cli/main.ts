/**
 * @file `npm run longhorizon -- doctor`, or `npx longhorizon doctor`.
 */
import { runCommandLine } from './command-line.ts';
import { subcommands } from './registry.ts';

await runCommandLine(subcommands, process.argv.slice(2));
