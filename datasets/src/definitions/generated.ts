/** @file The data sets that need no files. */

import type { DatasetDefinition, GeneratedDefinition } from '../dataset/types.ts';
import { blobs } from '../generated/blobs.ts';
import { gaussianBlobs } from '../generated/gaussian-blobs.ts';
import { glyphs } from '../generated/glyphs.ts';
import { gratings } from '../generated/gratings.ts';
import { himmelblau } from '../generated/himmelblau.ts';
import { familyDefinition } from '../generated/image-family.ts';
import { polygons } from '../generated/polygons.ts';
import { quadratics } from '../generated/quadratics.ts';
import { sinusoids } from '../generated/sinusoids.ts';
import { strokes } from '../generated/strokes.ts';
import { textures } from '../generated/textures.ts';

const THIS_PROJECT = { citation: 'This project.', notes: [] };

/** Six kinds of pictures that look nothing like each other, with different numbers of classes, sizes and colours. */
export const PROCEDURAL_FAMILIES: readonly GeneratedDefinition[] = [
  familyDefinition(glyphs, {
    citation: 'This project; after Lake, Salakhutdinov and Tenenbaum (2015).',
    notes: ['Any number of classes; a class is the same character whatever else is asked for.'],
  }),
  familyDefinition(strokes, THIS_PROJECT),
  familyDefinition(textures, THIS_PROJECT),
  familyDefinition(polygons, THIS_PROJECT),
  familyDefinition(gratings, THIS_PROJECT),
  familyDefinition(blobs, THIS_PROJECT),
];

/** Every data set that is generated instead of fetched. */
export const GENERATED: readonly DatasetDefinition[] = [
  ...PROCEDURAL_FAMILIES,
  gaussianBlobs,
  sinusoids,
  himmelblau,
  quadratics,
];
