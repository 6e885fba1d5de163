/** @file What is committed as a result, against what would be measured today. */
import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { root } from '../root.ts';
import { suites } from '../suites/index.ts';

const folder = join(root, 'benchmarks', 'records');

interface Kept {
  readonly kind?: string;
  readonly config: { readonly suite: string; readonly method: string };
  readonly identity: { readonly measureVersion: number };
}

/** The committed records, file by file; single experiments have files of their own form, without records. */
async function* keptRecords(): AsyncGenerator<readonly [file: string, record: Kept]> {
  // Those of other people say of which version they are, and nobody measures them again.
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort())
    if (file.endsWith('.jsonl') && !file.startsWith('community'))
      for await (const line of createInterface({ input: createReadStream(join(folder, file)) })) {
        const record = JSON.parse(line) as Kept;
        if (record.kind === 'cell') yield [file, record];
      }
}

/** The version that a cell of a method has today; undefined where the suite has no such method. */
function versionToday({ suite: name, method }: Kept['config']): number | undefined {
  const suite = suites.find((one) => one.suite.name === name)?.suite;
  const found = suite?.methods.find((one) => one.name === method);
  return suite && found && suite.measureVersion + (found.measureVersion ?? 0);
}

it('records of an older measure version are those that the README says await measuring again', async () => {
  const stale = new Map<string, number>();
  for await (const [file, { config, identity }] of keptRecords()) {
    const today = versionToday(config);
    if (today === undefined || today === identity.measureVersion) continue;
    const row = `| \`${file}\` | \`${config.suite}\` | \`${config.method}\` |`;
    stale.set(row, (stale.get(row) ?? 0) + 1);
  }
  const readme = readFileSync(join(folder, 'README.md'), 'utf8');
  const [, section = ''] = readme.split('## Rows that await measuring again');
  const told = section.split('\n').filter((line) => line.startsWith('| `'));
  expect(told).toEqual([...stale].map(([row, count]) => `${row} ${count} |`).sort());
});
