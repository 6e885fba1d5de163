/** @file A small data set for the tests of the samplers: pictures are numbered, so an index is easy to follow. */

import type { Dataset } from '../dataset/types.ts';
import { loadDataset } from '../load.ts';

/** `classes` classes of `perClass` images in class-major order, one pixel each. */
export function numbered(classes: number, perClass: number, groups = 0): Dataset {
  const count = classes * perClass;
  const { definition } = loadDataset('glyphs', { classes: 1, perClass: 1 });
  return {
    name: 'numbered',
    definition,
    images: Uint8Array.from({ length: count }, (_, i) => i % 256),
    labels: Uint32Array.from({ length: count }, (_, i) => Math.floor(i / perClass)),
    shape: [count, 1, 1, 1],
    classes,
    classNames: Array.from({ length: classes }, (_, i) => `class ${i}`),
    ...(groups > 0
      ? {
          groups: {
            names: Array.from({ length: groups }, (_, i) => `group ${i}`),
            ofClass: Uint32Array.from({ length: classes }, (_, i) => Math.floor((i * groups) / classes)),
          },
        }
      : {}),
  };
}
