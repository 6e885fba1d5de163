/** @file Refuses feeds that are no map from tensors to values. */
import { describeValue } from './describe-value.ts';

/**
 * @param asker the function that was called
 * @throws TypeError that says what was found
 */
export function checkFeeds(asker: string, feeds: unknown): void {
  const isMap =
    typeof feeds === 'object' && feeds !== null && 'get' in feeds && typeof feeds.get === 'function';
  if (!isMap)
    throw new TypeError(
      `${asker}: ${describeValue(feeds)} was given for the feeds; give a Map from inputs to their values, as in new Map([[x, value]]).`,
    );
}
