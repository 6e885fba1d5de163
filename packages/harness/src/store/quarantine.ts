import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { writeFileAtomic } from './atomic.ts';
import { writing } from './folder.ts';

/**
 * Where a store keeps what is no record, each with a `.reason.txt`. Files are moved, not copied: their bytes stay what they were.
 */
export interface Quarantine {
  /** Moves a file of the store aside. */
  move(path: string, problems: readonly string[]): void;
  /** Keeps a text that came instead of a measurement. @returns where it lies, relative to the store's folder */
  keep(content: string, problems: readonly string[]): string;
}

/** The quarantine of a store's folder; made when first needed. @throws UsageError when it cannot be written */
export function quarantineOf(folder: string, temporaryFolder: string): Quarantine {
  const place = join(folder, 'quarantine');
  const explain = (path: string, problems: readonly string[]): void =>
    writeFileAtomic(`${path}.reason.txt`, `${problems.join('\n')}\n`, temporaryFolder);
  return {
    move: (path, problems) =>
      writing(folder, `${path} is no record, and`, () => {
        mkdirSync(place, { recursive: true });
        const kept = freePath(place, basename(path));
        renameSync(path, kept);
        explain(kept, problems);
      }),
    keep: (content, problems) =>
      writing(folder, 'A measurement that does not fit the schema', () => {
        const kept = freePath(place, 'measurement.json');
        writeFileAtomic(kept, content, temporaryFolder);
        explain(kept, problems);
        return relative(folder, kept);
      }),
  };
}

/** A path that nothing has yet: files of many cells have one name. */
function freePath(place: string, name: string): string {
  for (let number = 1; ; number++) {
    const path = join(place, `${String(number).padStart(3, '0')}-${name}`);
    if (!existsSync(path)) return path;
  }
}
