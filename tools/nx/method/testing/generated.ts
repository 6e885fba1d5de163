/** @file Runs the generator of methods in a copy of the sources. */
import { createRequire } from 'node:module';
import type { SourceCopy } from '../../../vitest/source-copy.ts';

interface Options {
  readonly name: string;
  readonly title?: string;
  readonly citation: string;
}

const generate = createRequire(import.meta.url)('../generator.cjs') as (
  tree: object,
  options: Options,
) => Promise<() => void>;

/** The files that it wrote, laid out. @throws what the generator throws */
export async function generateIn(copy: SourceCopy, options: Options): Promise<readonly string[]> {
  const written: string[] = [];
  const tree = {
    root: copy.folder,
    exists: copy.has,
    read: copy.read,
    write: (path: string, text: string) => {
      copy.write(path, text);
      written.push(path);
    },
  };
  (await generate(tree, options))();
  return written;
}
