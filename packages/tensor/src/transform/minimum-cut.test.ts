import { describe, expect, it } from 'vitest';
import { type CutProblem, minimumCut } from './minimum-cut.ts';

/** Whether no sink is reached from a source when the vertices of a mask are cut. */
function separates({ costs, edges, sources, sinks }: CutProblem, cut: number): boolean {
  const isCut = (vertex: number) => ((cut >> vertex) & 1) === 1;
  const reached = new Set(sources.filter((vertex) => !isCut(vertex)));
  for (let round = 0; round < costs.length; round++)
    for (const [from, to] of edges) if (reached.has(from) && !isCut(to)) reached.add(to);
  return !sinks.some((sink) => reached.has(sink));
}

function cheapest(problem: CutProblem): number {
  let best = Number.POSITIVE_INFINITY;
  for (let cut = 0; cut < 2 ** problem.costs.length; cut++) {
    if (!separates(problem, cut)) continue;
    const cost = problem.costs.reduce(
      (total, value, vertex) => total + (((cut >> vertex) & 1) === 1 ? value : 0),
      0,
    );
    best = Math.min(best, cost);
  }
  return best;
}

describe('minimumCut', () => {
  it('finds a cheapest separation on 300 small graphs, as trying all sets does', () => {
    let state = 1;
    const below = (bound: number) => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return Math.floor((state / 2 ** 32) * bound);
    };
    for (let trial = 0; trial < 300; trial++) {
      const count = 2 + below(7);
      const costs = Array.from({ length: count }, () => below(6));
      const edges: [number, number][] = [];
      for (let to = 1; to < count; to++)
        for (let from = 0; from < to; from++) if (below(3) === 0) edges.push([from, to]);
      const choose = () => Array.from({ length: count }, (_, vertex) => vertex).filter(() => below(3) === 0);
      const problem = { costs, edges, sources: choose(), sinks: choose() };
      const { cut, beyond } = minimumCut(problem);
      const mask = cut.reduce((bits, vertex) => bits | (1 << vertex), 0);
      expect(separates(problem, mask)).toBe(true);
      expect(cut.reduce((total, vertex) => total + costs[vertex]!, 0)).toBe(cheapest(problem));
      expect(beyond.filter((vertex) => cut.includes(vertex))).toEqual([]);
    }
  });

  it('cuts next to the sink where sets cost the same', () => {
    const chain = {
      costs: [4, 4, 4],
      edges: [
        [0, 1],
        [1, 2],
      ] as const,
      sources: [0],
      sinks: [2],
    };
    expect(minimumCut(chain)).toEqual({ cut: [2], beyond: [] });
  });

  it('finds the one vertex before a fork, whichever branch its flow takes', () => {
    const edges = [
      [0, 1],
      [0, 2],
      [1, 3],
      [2, 3],
    ] as const;
    const fork = { costs: [1, 1, 1, 9], edges, sources: [0], sinks: [3] };
    expect(minimumCut(fork)).toEqual({ cut: [0], beyond: [1, 2, 3] });
  });

  it('goes deep without recursion', () => {
    const length = 50_000;
    const costs = Array.from({ length }, (_, vertex) => (vertex === 7 ? 1 : 2));
    const edges = Array.from({ length: length - 1 }, (_, vertex) => [vertex, vertex + 1] as const);
    const { cut, beyond } = minimumCut({ costs, edges, sources: [0], sinks: [length - 1] });
    expect(cut).toEqual([7]);
    expect(beyond).toHaveLength(length - 8);
  });
});
