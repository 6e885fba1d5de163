/** @file Two classes of a data set by themselves, for the toy of L2RW: 4 against 9, one of which dominates. */
import type { Dataset } from '@longhorizon/datasets';

/**
 * The examples of some classes, which become classes 0, 1 … in the order given.
 *
 * @param chosen class numbers of the data set
 */
export function onlyClasses(dataset: Dataset, chosen: readonly number[]): Dataset {
  const places = [...dataset.labels.keys()].filter((place) => chosen.includes(dataset.labels[place]!));
  const size = dataset.shape.slice(1).reduce((product, side) => product * side, 1);
  const { images } = dataset;
  const kept =
    images instanceof Uint8Array
      ? new Uint8Array(places.length * size)
      : new Float32Array(places.length * size);
  places.forEach((place, k) => {
    kept.set(images.subarray(place * size, (place + 1) * size), k * size);
  });
  const [, height, width, channels] = dataset.shape;
  // Without the official parts, which named places in the whole set.
  const definition =
    dataset.definition.kind === 'generated'
      ? dataset.definition
      : (({ officialSplits: _, ...rest }) => rest)(dataset.definition);
  return {
    name: `${dataset.name}, ${chosen.map((label) => dataset.classNames[label]).join(' and ')}`,
    definition,
    images: kept,
    labels: Uint32Array.from(places, (place) => chosen.indexOf(dataset.labels[place]!)),
    shape: [places.length, height, width, channels],
    classes: chosen.length,
    classNames: chosen.map((label) => dataset.classNames[label]!),
  };
}
