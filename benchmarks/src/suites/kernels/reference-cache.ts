/**
 * @file Float64 references that take many seconds are kept on disk, named by the code and the row they come from, so that
 * only the first run on a machine pays for them.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf, hashSources } from '@longhorizon/harness';
import { root } from '../../root.ts';
import { expectedOf as computed } from './expected.ts';
import { expectedHypergradient } from './hypergradients.ts';
import { elementsOf, networks } from './networks.ts';
import type { Work } from './work.ts';

const folder = join(root, '.cache', 'kernel-references');
let sources: string | undefined;

/** As `expectedOf` of `expected.ts`, from disk where it has been computed before. */
export async function expectedOf(work: Work): Promise<readonly Float64Array[]> {
  if (work.kind === 'hypergradient') return expectedHypergradient(work);
  if (work.kind !== 'maml-gradient') return computed(work);
  sources ??= hashSources(
    [join(root, 'packages/tensor/src'), join(root, 'benchmarks/src/suites/kernels')],
    root,
    ['.ts'],
  );
  const path = join(folder, `${hashOf({ work, sources }).slice(0, 24)}.f64`);
  const sizes = networks[work.network].parameters.map(({ shape }) => elementsOf(shape));
  const known = read(path, sizes);
  if (known !== undefined) return known;
  const values = computed(work);
  mkdirSync(folder, { recursive: true });
  const whole = Float64Array.from(values.flatMap((array) => [...array]));
  writeFileSync(`${path}.part`, new Uint8Array(whole.buffer));
  renameSync(`${path}.part`, path);
  return values;
}

function read(path: string, sizes: readonly number[]): readonly Float64Array[] | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    return undefined;
  }
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes.byteLength !== 8 * total) return undefined;
  const whole = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  let at = 0;
  return sizes.map((size) => {
    at += size;
    return whole.subarray(at - size, at);
  });
}
