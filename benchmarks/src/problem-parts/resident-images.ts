/** @file A data set on the device: images as bytes, labels, and the indices of each part. Nothing is uploaded after this. */
import type { Dataset } from '@longhorizon/datasets';
import { drawImages, normalise, packImages, wordsPerImage } from '@longhorizon/nn';
import { type Device, DeviceArray, gather, type Tensor } from '@longhorizon/tensor';

/** Pixels p become (p/255 − ½)/½. */
const NORMALISATION = { mean: 0.5, deviation: 0.5 };

/** A data set's arrays on a device. */
export interface ResidentImages {
  readonly arrays: { readonly images: DeviceArray; readonly labels: DeviceArray };
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly destroy: () => void;
}

/** Uploads a data set of pictures. */
export function residentImages(device: Device, dataset: Dataset): ResidentImages {
  if (!(dataset.images instanceof Uint8Array))
    throw new TypeError(`'${dataset.name}' is a table, not pictures of bytes; use a set of pictures.`);
  const [count, ...shape] = dataset.shape;
  const size = shape[0] * shape[1] * shape[2];
  const images = DeviceArray.from(device, packImages(dataset.images, size), [count, wordsPerImage(size)], {
    dtype: 'u32',
    label: `images of ${dataset.name}`,
  });
  const labels = DeviceArray.from(device, dataset.labels, [count], {
    dtype: 'u32',
    label: `labels of ${dataset.name}`,
  });
  return {
    arrays: { images, labels },
    shape,
    destroy: () => {
      images.destroy();
      labels.destroy();
    },
  };
}

/** Index lists and the like as device arrays. */
export const indexArray = (device: Device, values: Uint32Array, label: string): DeviceArray =>
  DeviceArray.from(device, values, [values.length], { dtype: 'u32', label });

/** The chosen images as a network takes them, f32 [...indices, height, width, channels], inside a step. */
export function drawBatch(images: Tensor, indices: Tensor, shape: ResidentImages['shape']): Tensor {
  return normalise(drawImages(images, indices, shape), NORMALISATION);
}

/** The labels of chosen images, inside a step. */
export const drawLabels = (labels: Tensor, indices: Tensor): Tensor => gather(labels, indices);
