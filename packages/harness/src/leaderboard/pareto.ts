/** A candidate: what it costs, lower is better, and what it brings, higher is better. */
export interface Candidate {
  readonly cost: number;
  readonly value: number;
}

/**
 * The front of what is told apart: from the cheapest on, each next one is the cheapest that is shown to be better than the one before.
 * @param isShownBetter whether the data tell the first from the second, in its favour
 */
export function paretoFront<Item extends Candidate>(
  items: readonly Item[],
  isShownBetter: (a: Item, b: Item) => boolean,
): readonly Item[] {
  const usable = items.filter((item) => Number.isFinite(item.cost) && Number.isFinite(item.value));
  const front: Item[] = [];
  for (const item of usable.sort((a, b) => a.cost - b.cost || b.value - a.value)) {
    const last = front.at(-1);
    if (last === undefined || (item.value > last.value && isShownBetter(item, last))) front.push(item);
  }
  return front;
}
