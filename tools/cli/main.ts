/**
 * @file `npm run longhorizon -- doctor`, or `npx longhorizon doctor`.
 */
import { outliveReaders } from '@longhorizon/harness/command-line';
import { runCommandLine } from './command-line.ts';
import { subcommands } from './registry.ts';

outliveReaders();
await runCommandLine(subcommands, process.argv.slice(2));
