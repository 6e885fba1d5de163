/**
 * @file Which states to keep, which steps to run again: schedules for the reverse sweep of a T-step loop under a number of
 * checkpoint slots. The binomial schedule is optimal: with c slots and at most r recomputations of a step it reaches
 * C(c + r, c) steps (Griewank & Walther, "Algorithm 799: revolve", ACM TOMS 26, 2000).
 */

/** One move of the reverse sweep. Steps are numbered 0 … T − 1; state t is the carry before step t. */
export type ReverseMove =
  | { readonly kind: 'save'; readonly slot: number; readonly state: number }
  | { readonly kind: 'load'; readonly slot: number; readonly state: number }
  | { readonly kind: 'advance'; readonly step: number }
  /** Runs step `step` from the present state, keeping what its backward pass needs, then the backward pass. */
  | { readonly kind: 'reverse'; readonly step: number };

/** Steps that `slots` checkpoints cover when no step is advanced more than `repeats` times: C(slots + repeats, slots). */
export function stepsCovered(slots: number, repeats: number): number {
  let result = 1;
  for (let k = 1; k <= slots; k++) result = (result * (repeats + k)) / k;
  return Math.round(result);
}

/** The fewest advances (steps run without reversing them) for `steps` steps and `slots` checkpoints, the first state's slot included. */
export function fewestAdvances(steps: number, slots: number): number {
  if (steps <= 1) return 0;
  let repeats = 0;
  while (stepsCovered(slots, repeats) < steps) repeats++;
  return repeats * steps - stepsCovered(slots + 1, repeats - 1);
}

/**
 * The binomial schedule: saves, loads, advances and reversals of steps T − 1 … 0, starting at state 0.
 *
 * @param slots checkpoint slots, at least 1 (it holds state 0)
 */
export function* binomialSchedule(steps: number, slots: number): Generator<ReverseMove> {
  yield { kind: 'save', slot: 0, state: 0 };
  yield* reverseRange(0, steps, slots, 0);
}

/** Reverses steps first … end − 1; state `first` is the present one and lies in slot `used`. */
function* reverseRange(first: number, end: number, slots: number, used: number): Generator<ReverseMove> {
  let last = end;
  while (last - first > 1) {
    const free = slots - used - 1;
    if (free === 0) {
      // Nowhere to keep a state in between: run from the first one each time.
      for (let step = first; step < last - 1; step++) yield { kind: 'advance', step };
      yield { kind: 'reverse', step: last - 1 };
      yield { kind: 'load', slot: used, state: first };
      last--;
    } else {
      const middle = first + splitPoint(last - first, free + 1);
      for (let step = first; step < middle; step++) yield { kind: 'advance', step };
      yield { kind: 'save', slot: used + 1, state: middle };
      yield* reverseRange(middle, last, slots, used + 1);
      yield { kind: 'load', slot: used, state: first };
      last = middle;
    }
  }
  if (last - first === 1) yield { kind: 'reverse', step: first };
}

/** How far to advance before the next save so that the fewest steps are run again (Griewank & Walther, section 3). */
function splitPoint(steps: number, slots: number): number {
  let best = 1;
  let bestCost = Number.POSITIVE_INFINITY;
  // The cost is convex in the split; a search over few candidates around the binomial one is exact for small numbers.
  let repeats = 0;
  while (stepsCovered(slots, repeats) < steps) repeats++;
  const low = Math.max(1, Math.min(steps - 1, stepsCovered(slots, Math.max(0, repeats - 2))));
  const high = Math.max(1, Math.min(steps - 1, stepsCovered(slots, Math.max(0, repeats - 1))));
  for (const candidate of candidates(low, high)) {
    const cost = candidate + fewestAdvances(steps - candidate, slots - 1) + fewestAdvances(candidate, slots);
    if (cost < bestCost) {
      best = candidate;
      bestCost = cost;
    }
  }
  return best;
}

function* candidates(low: number, high: number): Generator<number> {
  const stride = Math.max(1, Math.floor((high - low) / 64));
  for (let candidate = low; candidate < high; candidate += stride) yield candidate;
  yield high;
}

/** Children of the root of a k-ary tree over the steps, and steps below each of them. */
function rootOf(steps: number, arity: number): { readonly below: number; readonly levels: number } {
  let [below, levels] = [1, 1];
  while (below * arity < steps) {
    below *= arity;
    levels++;
  }
  return { below, levels };
}

/** States that the k-ary schedule keeps at once, at most k⌈log_k T⌉: k − 1 on each level, fewer at the root where steps run out, and the first. */
export function keptByTree(steps: number, arity: number): number {
  const { below, levels } = rootOf(steps, arity);
  return Math.ceil(steps / below) + (levels - 1) * (arity - 1);
}

/**
 * The schedule of a lazy k-ary tree over the steps: going down to a step, the beginnings of the k children on the present path are kept, and each is
 * dropped when its child was reversed. No step is advanced more than ⌈log_k T⌉ times ("REPLAY", Engstrom et al., arXiv 2503.13751).
 *
 * @param arity k, at least 2
 */
export function* treeSchedule(steps: number, arity: number): Generator<ReverseMove> {
  yield { kind: 'save', slot: 0, state: 0 };
  const { below } = rootOf(steps, arity);
  yield* reverseNode({ first: 0, end: steps, slot: 0 }, below, arity, 1);
}

/** Reverses steps first … end − 1 of a node; state `first` is the present one and lies in `slot`. Slots from `free` on are not in use. */
function* reverseNode(
  { first, end, slot }: { readonly first: number; readonly end: number; readonly slot: number },
  below: number,
  arity: number,
  free: number,
): Generator<ReverseMove> {
  if (end - first === 1) {
    yield { kind: 'reverse', step: first };
    return;
  }
  const children = Math.ceil((end - first) / below);
  const slotOf = (child: number) => (child === 0 ? slot : free + child - 1);
  for (let child = 1; child < children; child++) {
    const start = first + child * below;
    for (let step = start - below; step < start; step++) yield { kind: 'advance', step };
    yield { kind: 'save', slot: slotOf(child), state: start };
  }
  const nextBelow = Math.max(1, below / arity);
  for (let child = children - 1; child >= 0; child--) {
    const start = first + child * below;
    if (child < children - 1) yield { kind: 'load', slot: slotOf(child), state: start };
    const node = { first: start, end: Math.min(end, start + below), slot: slotOf(child) };
    yield* reverseNode(node, nextBelow, arity, free + children - 1);
  }
}

/** Every state saved on the way, each step run once more when it is reversed. */
export function* everyStateSchedule(steps: number): Generator<ReverseMove> {
  for (let step = 0; step < steps; step++) {
    yield { kind: 'save', slot: step, state: step };
    if (step < steps - 1) yield { kind: 'advance', step };
  }
  for (let step = steps - 1; step >= 0; step--) {
    if (step < steps - 1) yield { kind: 'load', slot: step, state: step };
    yield { kind: 'reverse', step };
  }
}
