import { homedir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../root.ts';

/** What names a table: both words of an adapter, as it and its records have them. */
export interface TableOwner {
  readonly device: string;
  readonly description: string;
}

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');

/** `<device>.<driver>.jsonl`. */
export function tableName({ device, description }: TableOwner): string {
  return `${slug(device) || 'adapter'}.${slug(description) || 'driver'}.jsonl`;
}

/** The same adapter's tables under any driver begin so. */
export function adapterPrefix({ device }: TableOwner): string {
  return `${slug(device) || 'adapter'}.`;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** The folder of the user's tables. */
export function userFolder(environment: Variables = process.env): string {
  const base = environment.XDG_CONFIG_HOME || join(homedir(), '.config');
  return join(base, 'longhorizon', 'kernels');
}

/** The folder of the tables that came with the repository. */
export const repositoryFolder = join(root, 'benchmarks', 'kernel-tables');
