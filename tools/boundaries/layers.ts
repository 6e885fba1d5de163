/**
 * @file Which package may use which. This table is the architecture's arrow diagram; the check (check.ts) holds the
 * packages to it. A new package gets one line here.
 *
 *     tensor  ←  nn  ←  bilevel  ←  hyperdistill · trajectory-shifting · lazy · metaperturb
 *                                             ↑
 *     datasets  ────────────────►  benchmarks  ◄────────────  harness
 */

/** Read `a ← b` as "b uses a": each entry names the packages that stand directly below. */
const below: Readonly<Record<string, readonly string[]>> = {
  tensor: [],
  harness: [],
  nn: ['tensor'],
  datasets: ['tensor'],
  bilevel: ['nn'],
  hyperdistill: ['bilevel'],
  'trajectory-shifting': ['bilevel'],
  lazy: ['bilevel'],
  metaperturb: ['bilevel'],
  benchmarks: ['hyperdistill', 'trajectory-shifting', 'lazy', 'metaperturb', 'datasets', 'harness'],
  tools: ['benchmarks'],
  test: ['tools'],
};

/** The packages known to the table. */
export const layers: readonly string[] = Object.keys(below);

/** Everything that a package may use: what stands below it, and what stands below that. */
export function allowed(name: string): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (one: string): void => {
    for (const lower of below[one] ?? []) {
      if (found.has(lower)) continue;
      found.add(lower);
      visit(lower);
    }
  };
  visit(name);
  return found;
}
