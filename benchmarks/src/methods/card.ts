/**
 * @file What the page says about a method: the idea, its equation in the paper's symbols, where we differ, what theory says of its cost,
 * and published numbers that were read in the publication itself. Titles and sources come from the methods.
 *
 * α is ∂L^val/∂w, A_t = ∂Φ/∂w and B_t = ∂Φ/∂λ at step t; αA and αB are products of a row with a Jacobian, never matrices. θ is a learned
 * start; θ^t_i is task t after i inner steps from φ, and K inner steps are a trajectory.
 */
import type { MethodDescription } from '@longhorizon/harness';

export type Card = Omit<MethodDescription, 'id' | 'name' | 'title' | 'source' | 'suites'>;

/** Growth with T and p. */
export const constantMemory = { horizon: 0, dimension: 0 } as const;
export const linearTime = { horizon: 1, dimension: 0 } as const;

/** What every method of the registry has, whatever it makes. */
export interface RegisteredMethod {
  /** Unique: the folder of its file in the registry and its name, `hyper/imaml`. */
  readonly id: string;
  /** As records and options name it; unique within a suite. */
  readonly name: string;
  readonly title: string;
  readonly role: 'method' | 'reference' | 'baseline';
  /** What kind of idea it is, where methods of its kind are told apart so: one colour in charts. */
  readonly family?: string;
  readonly source: string;
  /** How often the meaning of its numbers has changed. */
  readonly measureVersion: number;
  readonly card: Card;
}

/** The card of a method as the page takes it. */
export function descriptionOf(
  { id, name, title, family, source, card }: Omit<RegisteredMethod, 'role' | 'measureVersion'>,
  suites: readonly string[],
): MethodDescription {
  return {
    id,
    name,
    title,
    ...(family === undefined ? {} : { family }),
    ...card,
    source: { citation: source },
    suites,
  };
}
