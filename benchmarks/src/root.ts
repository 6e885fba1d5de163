import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder: two above this file's, in the sources and in the build alike. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
