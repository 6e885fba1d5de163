import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { compareFolders, difference } from './compare.ts';
import { profiles } from './profiles.ts';
import { record } from './record.ts';

const scratch = mkdtempSync(join(tmpdir(), 'replay-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const llvmpipe = { llvmpipe: profiles.llvmpipe! };

it('writes the same programs twice, and tells what changed, what is missing and what is new', () => {
  const [a, b] = [join(scratch, 'a'), join(scratch, 'b')];
  expect(record(a, llvmpipe, 'op-tanh')).toBeGreaterThan(2);
  record(b, llvmpipe, 'op-tanh');
  const same = compareFolders(a, b);
  expect(same).toMatchObject({ changed: [], missing: [], added: [] });
  expect(same.equal).toContain('llvmpipe/op-tanh-0-value.txt');

  writeFileSync(
    join(b, 'index.txt'),
    '0000000000000000 llvmpipe/op-tanh-0-value.txt\n1 llvmpipe/of-tomorrow.txt\n',
  );
  writeFileSync(join(b, 'llvmpipe/op-tanh-0-value.txt'), 'dispatches: 7\n');
  const other = compareFolders(a, b);
  expect(other).toMatchObject({
    equal: [],
    changed: ['llvmpipe/op-tanh-0-value.txt'],
    added: ['llvmpipe/of-tomorrow.txt'],
  });
  expect(other.missing).toHaveLength(same.equal.length - 1);
  expect(difference(a, b, 'llvmpipe/op-tanh-0-value.txt')).toContain('+dispatches: 7');
});

it('refuses a folder that is there, a name that no program has, and a folder without an index', () => {
  expect(() => record(scratch, llvmpipe)).toThrow('is there already');
  expect(() => record(join(scratch, 'c'), llvmpipe, 'nothing like it')).toThrow('no program has');
  expect(() => compareFolders(scratch, scratch)).toThrow('has no index.txt');
});
