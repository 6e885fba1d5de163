import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import canonicalize from 'canonicalize';
import type { CellConfig, JsonValue } from './config.ts';

/**
 * Canonical JSON after RFC 8785: keys sorted, numbers in their shortest form, no spaces. Equal values give
 * equal bytes on every machine, so they can be hashed.
 *
 * @throws when the value holds something JSON cannot say (NaN, infinity, undefined inside an array).
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error('canonicalJson: the value is undefined, which JSON cannot say.');
  return text;
}

/** SHA-256 of a text or of bytes, in hexadecimal. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** SHA-256 of a value's canonical JSON. */
export function hashOf(value: unknown): string {
  return sha256(canonicalJson(value));
}

/** The name of a question: the hash of its configuration. */
export function cellIdOf(config: CellConfig): string {
  return hashOf(config);
}

/** What else must be equal before an old answer may stand for a new one. */
export interface AnswerVersion {
  /** Raised by hand when a suite changes what it measures. */
  readonly measureVersion: number;
  /** Hash of the code that is measured (see {@link hashSources}). */
  readonly codeHash: string;
  /** The device that answers: adapter, driver and processor, or null when it does not matter. */
  readonly device: JsonValue;
}

/** The name of an answer's circumstances: a record answers a planned cell only if this matches. */
export function versionIdOf(version: AnswerVersion): string {
  return hashOf(version);
}

/**
 * One hash over source files, so that a record says which code it measured. Names and contents count, the
 * place of the repository on disk does not.
 *
 * @param paths files or folders; folders are walked
 * @param root paths are named relative to it
 * @param extensions which files of a folder count; tests (`*.test.*`) never do
 */
export function hashSources(
  paths: readonly string[],
  root: string,
  extensions: readonly string[] = ['.ts', '.wgsl', '.mjs', '.js', '.json'],
): string {
  const files: string[] = [];
  const walk = (path: string): void => {
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path)) {
        if (name !== 'node_modules' && name !== 'dist' && !name.startsWith('.')) walk(join(path, name));
      }
    } else if (extensions.some((extension) => path.endsWith(extension)) && !/\.test\.[a-z]+$/.test(path)) {
      files.push(path);
    }
  };
  for (const path of paths) walk(path);
  const lines = [...new Set(files)]
    .map((file) => `${relative(root, file).split(sep).join('/')} ${sha256(readFileSync(file))}`)
    .sort();
  return sha256(lines.join('\n'));
}
