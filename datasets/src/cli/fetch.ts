import { SingleBar } from 'cli-progress';
import type { DataFile, FileDefinition } from '../dataset/types.ts';
import { FILE_DATASETS, findDataset } from '../definitions/registry.ts';
import { DatasetError, DatasetUsageError } from '../errors.ts';
import { missingFiles } from '../load.ts';
import { fetchFile, noDownload } from '../store/download.ts';
import { cacheFolder, locateFile } from '../store/folders.ts';
import { readVerified } from '../store/verify.ts';

/**
 * Downloads what is missing of the named sets and checks what is there.
 *
 * @param names - Data sets, or `all` for every set that can be downloaded whole.
 * @param write - Gets one line a file.
 * @throws DatasetError at the first file that cannot be had.
 */
export async function fetchDatasets(names: readonly string[], write: (line: string) => void): Promise<void> {
  for (const definition of chosen(names)) {
    const served = missingFiles(definition).find(({ download }) => download === undefined);
    if (served) throw new DatasetError(`'${definition.name}': ${noDownload(served)}`);
    for (const file of definition.files) {
      const place = locateFile(file.path);
      if (place === undefined) {
        write(`${definition.name}: ${await fetchWithProgress(file)} fetched and checked`);
      } else {
        readVerified(file, place);
        write(`${definition.name}: ${place} is there and as it should be`);
      }
    }
    write(`${definition.name}: ${termsOf(definition)}`);
  }
}

function chosen(names: readonly string[]): readonly FileDefinition[] {
  if (names.includes('all')) {
    return FILE_DATASETS.filter(({ files }) => files.every(({ download }) => download !== undefined));
  }
  return names.map((name) => {
    const definition = findDataset(name);
    if (definition.kind === 'generated' || definition.kind === 'functions') {
      throw new DatasetUsageError(`'${name}' is generated from a seed: there is nothing to fetch.`);
    }
    return definition;
  });
}

/** On a terminal, a bar; elsewhere nothing until the file is there. */
async function fetchWithProgress(file: DataFile): Promise<string> {
  const folder = cacheFolder();
  if (!process.stderr.isTTY) return fetchFile(file, { folder });
  const bar = new SingleBar({
    format: `${file.path} {bar} {percentage}% {value}/{total} bytes, {eta_formatted} left`,
    stream: process.stderr,
    hideCursor: true,
  });
  bar.start(file.download?.bytes ?? file.bytes ?? 0, 0);
  try {
    return await fetchFile(file, {
      folder,
      onProgress: (received, total) => {
        if (total !== undefined) bar.setTotal(total);
        bar.update(received);
      },
    });
  } finally {
    bar.stop();
  }
}

function termsOf({ licence }: FileDefinition): string {
  const credit = licence.attribution ? ` Credit: ${licence.attribution}.` : '';
  const alike = licence.shareAlike ? ' Changed versions of the data stay under the same licence.' : '';
  return `licence ${licence.id}.${credit}${alike}`;
}
