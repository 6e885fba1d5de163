import { describe, expect, it } from 'vitest';
import { matmul } from '../ops/contraction/matmul.ts';
import { input } from '../ops/leaf/input.ts';
import { concat } from '../ops/movement/concat.ts';
import { reshape } from '../ops/movement/reshape.ts';
import { slice } from '../ops/movement/slice.ts';
import { chooseStored } from './stored.ts';

describe('a concatenation put together in memory', () => {
  it('has its copied parts before whatever reads it', () => {
    const x = input([400]);
    const turned = concat([slice(x, [200], [400]), slice(x, [0], [200])]);
    const product = matmul(reshape(turned, [20, 20]), reshape(turned, [20, 20]));
    const { stored, pieces } = chooseStored([product]);
    const parts = pieces.get(turned)!;
    expect(parts.map(({ op }) => op.name)).toEqual(['copy', 'copy']);
    for (const part of parts) expect(stored.indexOf(part)).toBeLessThan(stored.indexOf(product));
  });
});
