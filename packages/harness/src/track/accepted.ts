/** @file Accepted changes: lines of a file in the repository, or trailers of commits. */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../errors.ts';
import { writing } from '../store/folder.ts';

const acceptedSchema = z.object({
  id: z.string().regex(/^[0-9a-f]{8}$/),
  what: z.string(),
  because: z.string().min(1),
});

/** A finding that is accepted, and why. */
export type Accepted = z.infer<typeof acceptedSchema>;

/** The accepted changes of a file; none where there is none. @throws UsageError naming the line that cannot be read */
export function readAccepted(path: string): readonly Accepted[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line, index) => {
      if (line.trim() === '') return [];
      let data: unknown;
      try {
        data = JSON.parse(line);
      } catch {
        data = undefined;
      }
      const read = acceptedSchema.safeParse(data);
      if (!read.success)
        throw new UsageError(
          `${path}:${index + 1} is no accepted change. A line is {"id":"0123abcd","what":"…","because":"…"}.`,
        );
      return [read.data];
    });
}

/** `Perf-accepted: 0123abcd because …` in the messages of commits. */
export function acceptedTrailers(messages: string): readonly Accepted[] {
  return [...messages.matchAll(/^Perf-accepted:\s*([0-9a-f]{8})\s+(?:because\s+)?(.+)$/gim)].map(
    ([, id = '', because = '']) => ({ id, what: 'in a commit message', because }),
  );
}

/** Adds a line to the file. */
export function accept(path: string, entry: Accepted): void {
  writing(dirname(path), 'What is accepted', () => {
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, `${JSON.stringify(entry)}\n`);
  });
}
