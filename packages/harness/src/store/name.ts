import type { CellRecord } from '../record/record.ts';

type Identity = CellRecord['identity'];

/** Where a store keeps an attempt, below its folder `records`; `/` between the parts. */
export function storedName(identity: Identity): string {
  const attempt = String(identity.attempt).padStart(3, '0');
  return `${cellPlace(identity.cellId)}/${attemptPrefix(identity.versionId)}${attempt}.json`;
}

/** The folder of a cell's attempts, below `records`. */
export function cellPlace(cellId: string): string {
  return `${cellId.slice(0, 2)}/${cellId}`;
}

/** How the files of all attempts under a version begin. */
export function attemptPrefix(versionId: string): string {
  return `${versionId.slice(0, 12)}-`;
}

/** Whether a path has the form of {@link storedName}: it then says which record lies there. */
export function isStoredName(path: string): boolean {
  return /(?:^|\/)[0-9a-f]{2}\/[0-9a-f]{64}\/[0-9a-f]{12}-\d{3,}\.json$/.test(path);
}
