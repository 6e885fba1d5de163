import type { Entry } from './entry.ts';
import { quantityOf } from './quantity.ts';
import type { LeaderboardRow, Quantity } from './row.ts';

/** What a method has spent at a point of its learning curve. */
export type Cost = 'evaluations' | 'timeMs';

type Training = NonNullable<Entry['training']>;

/** How often λ was updated, over seeds; undefined where nothing was learned, or no record says. */
export function updatesOf(row: LeaderboardRow): Quantity | undefined {
  return quantityOf(trainings(row).map((training) => training?.updates));
}

/**
 * The metric of every row of a point, by key, where each has spent as much as the row that ends its training with least: the last judgement that it had
 * come to by then, its start where that is none. Rows whose λ was never updated spend nothing and set no budget.
 *
 * @param cost inner gradient evaluations, or milliseconds as they were taken
 */
export function atEqualCost(
  rows: readonly LeaderboardRow[],
  cost: Cost,
): { readonly budget: number; readonly metrics: ReadonlyMap<string, Quantity> } | undefined {
  const spent = rows.flatMap((row) => {
    const ends = trainings(row).flatMap((training) => training?.curve.at(-1)?.[cost] ?? []);
    return ends.length > 0 && (updatesOf(row)?.median ?? 0) > 0 ? [Math.max(...ends)] : [];
  });
  if (spent.length < 2) return undefined;
  const budget = Math.min(...spent);
  const metrics = new Map<string, Quantity>();
  for (const row of rows) {
    const name = row.metric?.spec.name;
    if (name === undefined) continue;
    const quantity = quantityOf(trainings(row).map((training) => valueAt(training, cost, budget, name)));
    if (quantity !== undefined) metrics.set(row.key, quantity);
  }
  return { budget, metrics };
}

function valueAt(
  training: Training | undefined,
  cost: Cost,
  budget: number,
  metric: string,
): number | undefined {
  const reached = training?.curve.findLast((point) => (point[cost] ?? Number.POSITIVE_INFINITY) <= budget);
  return reached?.metrics[metric] ?? undefined;
}

/** The training of every seed of a row, in the order of its seeds. */
function trainings({ seeds, records }: LeaderboardRow): readonly (Training | undefined)[] {
  return seeds.map(
    (seed) =>
      records.find(({ config, training }) => config.seed === seed && training !== undefined)?.training,
  );
}
