/**
 * @file The cheapest set of vertices that separates what must be stored from what needs it (maximum flow, Dinic 1970).
 *
 * Each vertex is split in two, joined by an edge whose capacity is the vertex's cost; all other edges are unlimited.
 * A maximum flow then saturates exactly a cheapest set of vertices. Of several cheapest sets the one nearest the sink is
 * returned, which leaves the least to compute again.
 */

/** A graph whose vertices are numbered from 0. */
export interface CutProblem {
  /** Cost of cutting each vertex, 0 or more. */
  readonly costs: readonly number[];
  /** [from, to]: to is computed from from. */
  readonly edges: readonly (readonly [number, number])[];
  /** Vertices that come from nothing else but having been stored: a path from one of these must be cut (at itself, at the latest). */
  readonly sources: readonly number[];
  /** Vertices that are needed. */
  readonly sinks: readonly number[];
}

export interface Cut {
  /** The vertices to cut. */
  readonly cut: readonly number[];
  /** The vertices on the sink's side, computed from the cut ones. */
  readonly beyond: readonly number[];
}

export function minimumCut(problem: CutProblem): Cut {
  const count = problem.costs.length;
  const source = 2 * count;
  const sink = source + 1;
  const network = new Network(sink + 1);
  const entry = (vertex: number) => 2 * vertex;
  const exit = (vertex: number) => 2 * vertex + 1;
  problem.costs.forEach((cost, vertex) => {
    network.connect(entry(vertex), exit(vertex), cost);
  });
  for (const [from, to] of problem.edges) network.connect(exit(from), entry(to), Number.POSITIVE_INFINITY);
  for (const vertex of problem.sources) network.connect(source, entry(vertex), Number.POSITIVE_INFINITY);
  for (const vertex of problem.sinks) network.connect(exit(vertex), sink, Number.POSITIVE_INFINITY);
  network.fill(source, sink);
  const beyondCut = network.reaching(sink);
  const cut: number[] = [];
  const beyond: number[] = [];
  for (let vertex = 0; vertex < count; vertex++) {
    if (!beyondCut[exit(vertex)]) continue;
    (beyondCut[entry(vertex)] ? beyond : cut).push(vertex);
  }
  return { cut, beyond };
}

/** Edges come in pairs: edge e and its reverse e ^ 1. */
class Network {
  readonly #edgesOf: number[][];
  readonly #target: number[] = [];
  readonly #capacity: number[] = [];

  constructor(size: number) {
    this.#edgesOf = Array.from({ length: size }, () => []);
  }

  connect(from: number, to: number, capacity: number): void {
    this.#edgesOf[from]!.push(this.#target.length);
    this.#target.push(to);
    this.#capacity.push(capacity);
    this.#edgesOf[to]!.push(this.#target.length);
    this.#target.push(from);
    this.#capacity.push(0);
  }

  /** Sends as much flow as possible. Every path crosses an edge of finite capacity, so the flow is finite. */
  fill(source: number, sink: number): void {
    for (;;) {
      const level = this.#levels(source);
      if (level[sink]! < 0) return;
      const next = new Array<number>(this.#edgesOf.length).fill(0);
      while (this.#augment(source, sink, level, next));
    }
  }

  /** Distance in open edges from a vertex; −1 where it is not reached. */
  #levels(from: number): number[] {
    const level = new Array<number>(this.#edgesOf.length).fill(-1);
    level[from] = 0;
    const queue = [from];
    for (const vertex of queue)
      for (const edge of this.#edgesOf[vertex]!) {
        const to = this.#target[edge]!;
        if (this.#capacity[edge]! > 0 && level[to]! < 0) {
          level[to] = level[vertex]! + 1;
          queue.push(to);
        }
      }
    return level;
  }

  /** One path along rising levels, found without recursion: graphs of unrolled loops are deep. */
  #augment(source: number, sink: number, level: readonly number[], next: number[]): boolean {
    const path: number[] = [];
    let vertex = source;
    while (vertex !== sink) {
      const edges = this.#edgesOf[vertex]!;
      let advanced = false;
      for (; next[vertex]! < edges.length; next[vertex]!++) {
        const edge = edges[next[vertex]!]!;
        const to = this.#target[edge]!;
        if (this.#capacity[edge]! > 0 && level[to] === level[vertex]! + 1) {
          path.push(edge);
          vertex = to;
          advanced = true;
          break;
        }
      }
      if (advanced) continue;
      const back = path.pop();
      if (back === undefined) return false;
      vertex = this.#target[back ^ 1]!;
      next[vertex]!++;
    }
    let flow = Number.POSITIVE_INFINITY;
    for (const edge of path) flow = Math.min(flow, this.#capacity[edge]!);
    for (const edge of path) {
      this.#capacity[edge]! -= flow;
      this.#capacity[edge ^ 1]! += flow;
    }
    return true;
  }

  /** The vertices from which a vertex can be reached along open edges. */
  reaching(vertex: number): boolean[] {
    const found = new Array<boolean>(this.#edgesOf.length).fill(false);
    found[vertex] = true;
    const queue = [vertex];
    for (const current of queue)
      for (const edge of this.#edgesOf[current]!) {
        // The reverse of an edge out of `current` leads into it.
        const from = this.#target[edge]!;
        if (!found[from] && this.#capacity[edge ^ 1]! > 0) {
          found[from] = true;
          queue.push(from);
        }
      }
    return found;
  }
}
