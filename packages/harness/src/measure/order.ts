import { randomFrom, shuffled } from '../statistics/random.ts';

/**
 * The orders in which arms run, round by round: a random order, then its reverse, then another random order
 * and its reverse. For two arms that is AB BA or BA AB in blocks. Whatever grows steadily over the run, and
 * whatever comes from running first or last, then falls on all arms alike.
 *
 * @param arms how many arms
 * @param seed chooses the random orders
 * @returns gives the order of a round: positions in the list of arms
 */
export function balancedOrders(arms: number, seed: number): (round: number) => readonly number[] {
  const random = randomFrom(seed);
  const orders: (readonly number[])[] = [];
  return (round) => {
    while (orders.length <= round) {
      const order = shuffled(
        Array.from({ length: arms }, (_, arm) => arm),
        random,
      );
      orders.push(order, [...order].reverse());
    }
    return orders[round] as readonly number[];
  };
}
