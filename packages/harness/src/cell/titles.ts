import type { Suite } from './suite.ts';

/** The title of a problem, or its name. */
export function problemTitle({ problems }: Pick<Suite, 'problems'>, name: string): string {
  return problems.find((problem) => problem.name === name)?.title ?? name;
}

/** What T and p are called in a suite. */
export function axisName({ axisNames }: Pick<Suite, 'axisNames'>, axis: 'horizon' | 'dimension'): string {
  return axisNames?.[axis] ?? (axis === 'horizon' ? 'T' : 'p');
}
