/** A candidate: what it costs, lower is better, and what it brings, higher is better. */
export interface Candidate {
  readonly cost: number;
  readonly value: number;
}

/** Those that no other beats in both: cheaper or equal and better or equal, and better in one. */
export function paretoFront<Item extends Candidate>(items: readonly Item[]): readonly Item[] {
  const usable = items.filter((item) => Number.isFinite(item.cost) && Number.isFinite(item.value));
  const beats = (a: Item, b: Item): boolean =>
    a.cost <= b.cost && a.value >= b.value && (a.cost < b.cost || a.value > b.value);
  return usable.filter((item) => !usable.some((other) => beats(other, item)));
}
