/** @file What is drawn beside a median. */
import { minimumSeeds } from '../statistics/best-set.ts';
import { quantile } from '../statistics/describe.ts';

/** Fewer than five numbers as they are, else the first and third quartile; nothing beside a single number. */
export function spreadOf(
  values: readonly number[],
): { readonly low: number; readonly high: number } | { readonly seeds: readonly number[] } | object {
  if (values.length < 2) return {};
  if (values.length < minimumSeeds) return { seeds: values.filter(Number.isFinite) };
  return { low: quantile(values, 0.25), high: quantile(values, 0.75) };
}
