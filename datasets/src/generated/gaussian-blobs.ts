/** @file Point clouds: one normal distribution a class, in any dimension. */
import type { Decoded, GeneratedDefinition, GenerateOptions } from '../dataset/types.ts';
import { Draw } from '../random/draw.ts';
import { rootKey, splitKey } from '../random/key.ts';

/** Which clouds to draw. */
export interface GaussianBlobOptions extends Required<GenerateOptions> {
  readonly dimension?: number;
  /** Standard deviation of the class means, in standard deviations of a cloud. */
  readonly separation?: number;
}

/** Draws clouds of unit variance. Point `i` of class `c` depends on (seed, c, i) and the dimension alone. */
export function generateGaussianBlobs(options: GaussianBlobOptions): Decoded {
  const { seed, classes, perClass, dimension = 2, separation = 3 } = options;
  const images = new Float32Array(classes * perClass * dimension);
  const root = splitKey(rootKey(seed), 'data set', 'gaussian-blobs');
  let at = 0;
  for (let label = 0; label < classes; label += 1) {
    const classKey = splitKey(root, 'class', label);
    const classDraw = new Draw(classKey);
    const mean = Float64Array.from({ length: dimension }, () => classDraw.normal(0, separation));
    for (let i = 0; i < perClass; i += 1) {
      const draw = new Draw(splitKey(classKey, 'instance', i));
      for (let axis = 0; axis < dimension; axis += 1) {
        images[at] = draw.normal(mean[axis]);
        at += 1;
      }
    }
  }
  return {
    images,
    labels: Uint32Array.from({ length: classes * perClass }, (_, i) => Math.floor(i / perClass)),
    shape: [classes * perClass, 1, 1, dimension],
    classNames: Array.from({ length: classes }, (_, label) => `cloud ${label}`),
  };
}

export const gaussianBlobs: GeneratedDefinition = {
  kind: 'generated',
  name: 'gaussian-blobs',
  title: 'Normal point clouds in the plane',
  shape: [500, 1, 1, 2],
  classes: 5,
  licence: { id: 'MIT', shareAlike: false, evidence: 'made by this code' },
  citation: 'This project.',
  notes: ['generateGaussianBlobs also makes them in more dimensions and closer together.'],
  overlaps: [],
  generate: generateGaussianBlobs,
};
