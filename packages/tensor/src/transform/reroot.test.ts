import { describe, expect, it } from 'vitest';
import type { Tensor } from '../graph/tensor.ts';
import { add } from '../ops/arithmetic/add.ts';
import { multiply } from '../ops/arithmetic/multiply.ts';
import { input } from '../ops/leaf/input.ts';
import { tanh } from '../ops/transcendental/tanh.ts';
import { dependsOn, reroot } from './index.ts';

describe('reroot', () => {
  const [x, y, z] = [input([3]), input([3]), input([3])];

  it('puts a graph on other roots: the node that would have been written there', () => {
    const [moved] = reroot([add(tanh(x), y)], new Map([[x, z]]));
    expect(moved === add(tanh(z), y)).toBe(true);
  });

  it('replaces inner nodes, and looks no further below them', () => {
    const h = tanh(x);
    const [moved] = reroot([multiply(h, h)], new Map([[h, z]]));
    expect(moved === multiply(z, z)).toBe(true);
    expect(dependsOn([moved!], [x])).toBe(false);
  });

  it('exchanges: replacements are not replaced in turn', () => {
    const [moved] = reroot(
      [add(tanh(x), y)],
      new Map([
        [x, y],
        [y, x],
      ]),
    );
    expect(moved === add(tanh(y), x)).toBe(true);
  });

  it('leaves alone what does not depend on what is replaced, and outputs that are absent', () => {
    const other = tanh(y);
    const found = reroot<Tensor | undefined>([other, undefined, x], new Map([[x, z]]));
    expect(found[0] === other && found[1] === undefined && found[2] === z).toBe(true);
  });

  it('refuses a replacement of another shape or type', () => {
    expect(() => reroot([tanh(x)], new Map([[x, input([4])]]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: reroot: f32[4] cannot stand for f32[3]; they must agree in shape and type.]`,
    );
    expect(() =>
      reroot([tanh(x)], new Map([[x, input([3], { dtype: 'u32' })]])),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: reroot: u32[3] cannot stand for f32[3]; they must agree in shape and type.]`,
    );
  });
});
