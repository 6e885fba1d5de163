/** @file `longhorizon kernels roofline`: the ceilings of an adapter, and every dispatch of the benchmark's plans under them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { closing, UsageError } from '@longhorizon/harness';
import { openDevice } from '@longhorizon/tensor';
import { kernelTables } from '../../../measurements/kernel-tables/tables.ts';
import { readRoof, writeRoof } from '../../../measurements/roof/store.ts';
import { rowsOf } from '../rows.ts';
import { dotsOf } from './dots.ts';
import { measureRoof } from './measure-roof.ts';
import { roofPage } from './page.ts';
import { dotLine, roofText } from './text.ts';

export interface RooflineRun {
  /** Measure although there is a roof. */
  readonly measure: boolean;
  /** Rows whose names contain one of these; all where left out, none where empty. */
  readonly rows?: readonly string[];
  /** Where a page goes. */
  readonly page?: string;
  readonly print: (text: string) => void;
}

/** @throws UsageError for rows that are not there */
export async function roofline({ measure, rows, page, print }: RooflineRun): Promise<void> {
  const all = rowsOf('quick');
  const unknown = rows?.find((part) => !all.some(({ name }) => name.includes(part)));
  if (unknown !== undefined)
    throw new UsageError(
      `No row is called '${unknown}'. The rows are ${all.map(({ name }) => name).join(', ')}.`,
    );
  await using device = closing(
    await openDevice({
      warmPipelines: false,
      timestampQuantization: false,
      choices: (adapter) => kernelTables(adapter).choices,
    }),
  );
  const found = readRoof(device.adapter);
  if (found.problem !== undefined) print(found.problem);
  let { roof } = found;
  if (roof === undefined || measure) {
    print('measuring the ceilings: about ten seconds');
    roof = await measureRoof(device, () => {}, new Date().toISOString().slice(0, 10));
    print(`kept in ${writeRoof(roof)}`);
  }
  print(roofText(roof));
  if (!device.features.has('timestamp-query')) {
    print('This adapter has no timestamps, so there are no times of single dispatches.');
    return;
  }
  const chosen = all.filter(({ name }) => rows === undefined || rows.some((part) => name.includes(part)));
  print('');
  const dots = await dotsOf(device, chosen, roof, (_, some) => print(some.map(dotLine).join('\n')));
  if (page === undefined) return;
  const file = resolve(page);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, await roofPage(roof, dots));
  print(`\na page of all of it: ${file}`);
}
