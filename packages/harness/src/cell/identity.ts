import { sha256 as sha256Of } from '@noble/hashes/sha2';
import { bytesToHex } from '@noble/hashes/utils';
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

/** SHA-256 of a text (as UTF-8) or of bytes, in hexadecimal; the same under Node.js and in a browser, and at once in both. */
export function sha256(data: string | Uint8Array): string {
  return bytesToHex(sha256Of(data));
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
