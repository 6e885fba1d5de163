/**
 * @file `npm run longhorizon -- doctor`, or `npx longhorizon doctor`.
 */
import { printable } from '@longhorizon/harness/printable';
import { buildProgram, explain } from './program.ts';
import { subcommands } from './registry.ts';

const words = process.argv.slice(2);
try {
  const program = await buildProgram(subcommands, words);
  await program.parseAsync(words.length === 0 ? ['--help'] : words, { from: 'user' });
} catch (error) {
  process.stderr.write(printable(`longhorizon: ${explain(error)}\n`));
  process.exitCode = 1;
}
