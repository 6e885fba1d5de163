import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

/** All modules that a file imports, and those that they import, as written. */
function importsOf(path: string, seen = new Set<string>()): ReadonlySet<string> {
  for (const [, target] of readFileSync(path, 'utf8').matchAll(/from '([^']+)'/g)) {
    if (!target!.startsWith('.')) seen.add(target!);
    else if (!seen.has(join(dirname(path), target!))) {
      seen.add(join(dirname(path), target!));
      importsOf(join(dirname(path), target!), seen);
    }
  }
  return seen;
}

it('the portable part needs neither Node nor any package but the tensors', () => {
  const imports = [...importsOf(join(import.meta.dirname, 'portable.ts'))];
  expect(imports.length).toBeGreaterThan(25);
  expect(imports.filter((target) => !target.endsWith('.ts'))).toEqual([
    '@longhorizon/tensor',
    '@longhorizon/tensor/compiler',
  ]);
});
