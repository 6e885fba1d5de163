import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const script = join(import.meta.dirname, 'copy-wgsl.mjs');

test('kernels are copied with their folders, old ones are removed, all else stays', () => {
  const folder = mkdtempSync(join(tmpdir(), 'longhorizon-wgsl-'));
  try {
    const [source, target] = [join(folder, 'src'), join(folder, 'dist')];
    mkdirSync(join(source, 'kernels/matmul'), { recursive: true });
    mkdirSync(join(target, 'kernels'), { recursive: true });
    writeFileSync(join(source, 'kernels/matmul/tile.wgsl'), 'fn main() {}');
    writeFileSync(join(source, 'kernels/matmul/table.ts'), 'export {};');
    writeFileSync(join(target, 'kernels/old.wgsl'), 'fn old() {}');
    writeFileSync(join(target, 'kernels/table.js'), 'export {};');
    execFileSync(process.execPath, [script, source, target]);
    expect(readFileSync(join(target, 'kernels/matmul/tile.wgsl'), 'utf8')).toBe('fn main() {}');
    expect(existsSync(join(target, 'kernels/matmul/table.ts'))).toBe(false);
    expect(existsSync(join(target, 'kernels/old.wgsl'))).toBe(false);
    expect(existsSync(join(target, 'kernels/table.js'))).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('without folders it says what it needs', () => {
  const child = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  expect(child.status).toBe(1);
  expect(child.stderr).toContain('copy-wgsl needs two folders');
});
