/** @file Names from records as names of files and anchors: a record may hold any text, a path may not. */
import { sha256 } from '../cell/identity.ts';

const longest = 60;

/** Names that Windows keeps for devices, whatever follows them after a dot. */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

/** What the slug of another name may look like; such a name does not stand for itself. */
const looksHashed = /-[0-9a-f]{16}$/;

/**
 * A name as one segment of a path: only `a` to `z`, digits and `-`, at most 77 characters, different for different names also where
 * upper and lower case are the same file. `hyperdistill` stays as it is and `hyper/imaml` becomes `hyper--imaml`; every other name is
 * shortened to what may stand and told apart by the beginning of its SHA-256.
 */
export function slugOf(name: string): string {
  const plain = name.replaceAll('/', '--');
  const isPlain = /^[a-z0-9]+(?:[-/][a-z0-9]+)*$/.test(name);
  if (isPlain && plain.length <= longest && !reserved.test(plain) && !looksHashed.test(plain)) return plain;
  const readable = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, longest)
    .replace(/^-+|-+$/g, '');
  return `${readable === '' ? 'name' : readable}-${sha256(JSON.stringify(name)).slice(0, 16)}`;
}
