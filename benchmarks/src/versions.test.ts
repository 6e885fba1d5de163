import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { captureEnvironment } from '@longhorizon/harness';
import { expect, it } from 'vitest';
import { packages } from './versions.ts';

it('records name the versions that the importing workspaces ask for', () => {
  const asked = Object.entries(packages).map(([name, folder]) => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return [name, { ...manifest.devDependencies, ...manifest.dependencies }[name]];
  });
  expect(captureEnvironment({ adapter: null, packages }).stable.packages).toEqual(Object.fromEntries(asked));
});
