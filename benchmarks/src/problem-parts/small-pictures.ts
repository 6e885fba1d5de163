/** @file Data sets of pictures at the small sizes that suites use, in one channel; read or drawn once a process. */
import { type Dataset, loadDataset, toCommonShape } from '@longhorizon/datasets';

/** How much of a generated set to draw; sets from files have their own sizes. */
export interface Generated {
  readonly seed: number;
  readonly classes: number;
  readonly perClass?: number;
}

const loaded = new Map<string, Dataset>();

/** A data set reduced to side × side pixels. `generated` is what to draw of `glyphs`. */
export function smallPictures(name: string, side: number, generated: Generated): Dataset {
  const options = name === 'glyphs' ? generated : {};
  const key = JSON.stringify([name, side, options]);
  const known = loaded.get(key);
  if (known !== undefined) return known;
  const small = toCommonShape(loadDataset(name, options), { height: side, width: side, channels: 1 });
  loaded.set(key, small);
  return small;
}
