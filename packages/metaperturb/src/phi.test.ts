import { describe, expect, it } from 'vitest';
import { authorsPhi, loadPhi, numbersOf, phiLayout, savePhi, untrainedPhi } from './phi.ts';

describe('φ in a file', () => {
  it('comes back as it was', () => {
    const phi = untrainedPhi(7);
    expect(loadPhi(savePhi(phi, 'seed 7'))).toEqual(phi);
    expect(numbersOf(phi)).toHaveLength(82);
  });

  it("the authors' has the sums that the checkpoint is described by", () => {
    const parts = phiLayout.unpack(authorsPhi());
    const sumOf = (name: string) => parts[`perturbation.${name}`]!.reduce((a, b) => a + b, 0);
    expect(sumOf('equivariant1.own')).toBeCloseTo(-0.01626, 5);
    expect(sumOf('equivariant1.all')).toBeCloseTo(0.87493, 5);
    expect(sumOf('equivariant2.own')).toBeCloseTo(1.22358, 5);
    expect(sumOf('equivariant2.all')).toBeCloseTo(0.43361, 5);
    expect(parts['perturbation.scale']![9]).toBeCloseTo(0.1753, 5);
  });

  it('that is short, damaged or something else is refused in a sentence', () => {
    const file = JSON.parse(savePhi(authorsPhi(), 'test')) as { values: number[] };
    const changed = (values: number[]) => JSON.stringify({ ...file, values });
    expect(() => loadPhi(changed(file.values.slice(1)))).toThrow(
      /φ has 82 finite numbers, but the file holds 81/,
    );
    expect(() => loadPhi(changed([0.5, ...file.values.slice(1)]))).toThrow(/the file is damaged/);
    expect(() => loadPhi('[]')).toThrow(/no file of φ/);
    expect(() => loadPhi('φ')).toThrow(/no JSON/);
  });
});
