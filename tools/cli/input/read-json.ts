import { readFileSync } from 'node:fs';
import { InputError } from '@longhorizon/benchmarks/methods';

/** Longer files are data, which commands do not take. */
const mostCharacters = 1_000_000;

/** What a file of JSON holds; '-' is standard input. @throws InputError where it cannot be read or is no JSON */
export function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new InputError(
      `${file} cannot be read (${(error as Error).message}); give the path of a JSON file.`,
    );
  }
  if (text.length > mostCharacters)
    throw new InputError(
      `${file} has ${text.length} characters; a problem that is written down has at most ${mostCharacters}.`,
    );
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`${file} is not JSON: ${(error as Error).message}.`);
  }
}
