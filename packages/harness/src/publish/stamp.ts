/** @file The file in a published folder that says that the folder is ours, and which of its files are. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { readEarlierPage } from './page-layout.ts';

/** What a folder of ours holds. */
export type PublishedKind = 'page' | 'tables';

/** Name of the stamp inside a published folder. */
export const stampName = 'built-from.json';

const stampSchema = z.strictObject({
  longhorizon: z.enum(['page', 'tables']),
  /** Hash of all that decides the content. */
  builtFrom: z.string(),
  /** Generated files, relative to the folder, with `/`; other files in the folder are left alone. */
  files: z.array(z.string()),
});

/** A stamp's content. */
export type Stamp = z.infer<typeof stampSchema>;

/** A larger file of that name is none of ours: a page of a hundred thousand cells has a stamp of 5 MB. */
const mostBytes = 2 ** 28;

/** The stamp of a folder; undefined where there is none that we wrote. A page with the earlier stamp counts as stamped with its known files. */
export function readStamp(folder: string): Stamp | undefined {
  return readCurrentStamp(folder) ?? readEarlierStamp(folder);
}

function readEarlierStamp(folder: string): Stamp | undefined {
  try {
    const earlier = readEarlierPage(folder);
    return earlier && { longhorizon: 'page', builtFrom: earlier.builtFrom, files: [...earlier.files] };
  } catch {
    return undefined;
  }
}

function readCurrentStamp(folder: string): Stamp | undefined {
  try {
    const file = openSync(join(folder, stampName), 'r');
    try {
      if (readSync(file, Buffer.alloc(1), 0, 1, mostBytes) > 0) return undefined;
      return stampSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

/** A stamp as text, one file a line. */
export function stampText({ longhorizon, builtFrom, files }: Stamp): string {
  const list = files.map((file) => `\n    ${JSON.stringify(file)}`).join(',');
  return `{\n  "longhorizon": "${longhorizon}",\n  "builtFrom": ${JSON.stringify(builtFrom)},\n  "files": [${list}\n  ]\n}\n`;
}
