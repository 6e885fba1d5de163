/** @file `npm run replay -- record <folder>`: writes down what the compiler makes of fixed programs, and compares two such folders. Runs no dispatch. */
import { closing, explain } from '@longhorizon/harness/command-line';
import { openDevice } from '@longhorizon/tensor';
import { type Target, targetOf } from '@longhorizon/tensor/compiler';
import { Command } from 'commander';
import { compareFolders, difference } from './compare.ts';
import { profiles } from './profiles.ts';
import { record } from './record.ts';

async function targetsOf(adapter: string | undefined): Promise<Readonly<Record<string, Target>>> {
  if (adapter === undefined) return profiles;
  const known = profiles[adapter];
  if (known !== undefined) return { [adapter]: known };
  await using device = closing(await openDevice({ adapter }));
  return { [device.adapter.name]: targetOf(device) };
}

const program = new Command('replay').description(
  'Writes the programs that the compiler makes of fixed graphs into a folder, so that two commits can be compared.',
);

program
  .command('record')
  .argument('<folder>', 'a new folder, outside the repository')
  .option('--only <part>', 'only programs with this in their name')
  .option(
    '--adapter <name>',
    `one profile (${Object.keys(profiles).join(', ')}), or a part of the name of an adapter that is here; all profiles when left out`,
  )
  .action(async (folder: string, { only, adapter }: { only?: string; adapter?: string }) => {
    const count = record(folder, await targetsOf(adapter), only);
    console.log(`${count} programs in ${folder}`);
  });

program
  .command('compare')
  .description('exits with 1 where a program changed or is missing')
  .argument('<before>')
  .argument('<after>')
  .option('--show <count>', 'differences to print', '3')
  .action((before: string, after: string, { show }: { show: string }) => {
    const { equal, changed, missing, added } = compareFolders(before, after);
    for (const name of changed.slice(0, Number(show))) console.log(difference(before, after, name));
    for (const [title, names] of Object.entries({ changed, missing, added }))
      for (const name of names) console.log(`${title}: ${name}`);
    console.log(
      `${equal.length} equal, ${changed.length} changed, ${missing.length} missing, ${added.length} added`,
    );
    if (changed.length + missing.length > 0) process.exitCode = 1;
  });

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
}
