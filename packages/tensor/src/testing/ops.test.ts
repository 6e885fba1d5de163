/** @file Every op against its own rules, in float64. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as derivativeFunctions from '../ops/derivative-functions.ts';
import * as functions from '../ops/functions.ts';
import { allOps } from '../ops/index.ts';
import { describeOp } from './describe-op.ts';

for (const op of allOps) describeOp(op);

describe('the list of ops', () => {
  it('has no two ops of one name', () => {
    expect(new Set(allOps.map(({ name }) => name)).size).toBe(allOps.length);
  });

  it('has cases for every op, and a doc that names it', () => {
    for (const { name, doc, cases } of allOps) {
      expect(cases.length, name).toBeGreaterThan(0);
      expect(doc, name).toMatch(new RegExp(`^${name === 'broadcast' ? 'broadcastTo' : name}\\(`));
    }
  });

  it('exports the functions of every file of an op', () => {
    const root = join(import.meta.dirname, '../ops');
    const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const { name: folder } of folders.filter(({ name }) => name !== 'helpers' && name !== 'leaf'))
      for (const file of readdirSync(join(root, folder)).filter((name) => !name.endsWith('.test.ts'))) {
        const source = readFileSync(join(root, folder, file), 'utf8');
        const names = [...source.matchAll(/^export (?:const|function) (\w+)/gm)].map((match) => match[1]!);
        expect(
          names.some((name) => name in functions || name in derivativeFunctions),
          `${folder}/${file}`,
        ).toBe(true);
      }
  });
});
