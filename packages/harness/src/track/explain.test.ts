import { describe, expect, it } from 'vitest';
import { differenceOf } from './difference.ts';
import { changedGrowth, explain, predictedChange } from './explain.ts';
import { fixtureFacts, fixtureOutcome } from './fixture/facts.ts';
import { fixtureReport, fixtureTimed } from './fixture/report.ts';
import { reportMarkdown, reportText } from './markdown.ts';

describe('differences', () => {
  it('are none where all facts are equal, and are explained by kernel, shader, variant and counter where they are not', () => {
    expect(differenceOf('c', fixtureFacts(), fixtureFacts())).toBeUndefined();
    const difference = differenceOf(
      'c',
      fixtureFacts(),
      fixtureFacts({
        trace: 't1',
        counters: { dispatches: 2, measuredBytes: 1000, syncs: 1 },
        variants: { matmul: 'direct' },
        modules: [
          {
            hash: 'm1',
            label: 'matmul',
            characters: 950,
            loads: 24,
            stores: 2,
            barriers: 0,
            branches: 0,
            loops: 1,
          },
        ],
        kernels: [{ label: 'matmul', module: 'm1', dispatches: 2, workgroups: 20, boundBytes: 2000 }],
      }),
    )!;
    expect(explain(difference)).toEqual([
      'variant of matmul: tiled → direct',
      '"matmul": 3 → 2 dispatches, −33.3 % bytes bound, another shader (+12 loads, −1 barriers, +50 characters)',
      'syncs: none → 1',
    ]);
    // A dispatch less at 0.1 ms and 1000 bytes less at 1e-4 ms: 0.2 of 2 ms.
    expect(predictedChange(difference, { dispatchMs: 0.1, byteMs: 1e-4 }, 2)).toBeCloseTo(-0.1, 12);
  });

  it('say that fusion was lost where one kernel became two with the same results', () => {
    const two = [
      { label: 'a', module: 'm0', dispatches: 1, workgroups: 1, boundBytes: 8 },
      { label: 'b', module: 'm0', dispatches: 1, workgroups: 1, boundBytes: 8 },
    ];
    const difference = differenceOf('c', fixtureFacts(), fixtureFacts({ trace: 't1', kernels: two }))!;
    expect(explain(difference)).toContain('fusion lost: "matmul" became "a", "b"');
  });

  it('name a growth with T that became another', () => {
    const facts = (large: number) => ({
      's/p/m/T10/p1': fixtureOutcome({ counters: { dispatches: 20 } }),
      's/p/m/T40/p1': fixtureOutcome({ counters: { dispatches: large } }),
    });
    expect(changedGrowth(facts(80), facts(81))).toEqual([]);
    expect(changedGrowth(facts(80), facts(320))).toMatchObject([{ family: 's/p/m/p1', base: 1, head: 2 }]);
  });

  it('stand with a verdict below it: kernels, loads in the text, variants, fusion, growth with T, and what the roofline leaves', () => {
    const [matmul] = fixtureFacts().modules;
    const shader = differenceOf(
      'c',
      fixtureFacts(),
      fixtureFacts({
        trace: 't1',
        variants: { matmul: 'direct' },
        modules: [{ ...matmul!, hash: 'm1', loads: 24 }],
        kernels: [{ label: 'matmul', module: 'm1', dispatches: 4, workgroups: 40, boundBytes: 6000 }],
      }),
    )!;
    const [kernel] = fixtureFacts().kernels;
    const split = ['multiply', 'add'].map((label) => ({ ...kernel!, label }));
    const fusion = differenceOf('d', fixtureFacts(), fixtureFacts({ trace: 't1', kernels: split }))!;
    const report = fixtureReport({
      cells: [
        { kind: 'differs', cell: 'c', difference: shader },
        { kind: 'differs', cell: 'd', difference: fusion },
      ],
      growth: [{ family: 's/p/m/p1', counter: 'dispatches', base: 1, head: 2 }],
      timing: fixtureTimed({ verdict: 'regressed', predicted: 0.04 }),
    });
    const said = [
      'variant of matmul: tiled → direct',
      '"matmul": 3 → 4 dispatches, +100.0 % bytes bound, another shader (+12 loads)',
      'fusion lost: "matmul" became "multiply", "add"',
      'the exponent in T of dispatches left its interval: T^1.00 → T^2.00',
    ];
    for (const sentence of said) {
      expect(reportText(report)).toContain(sentence);
      expect(reportMarkdown(report)).toContain(sentence);
    }
    expect(reportMarkdown(report)).toContain('| +4.0 % | +6.0 % | regressed |');
    expect(reportText(report)).toContain('predicted +4.0 %, unexplained +6.0 %');
  });
});
