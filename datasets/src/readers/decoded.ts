/** @file What every reader's result is held to, whatever the format. */
import type { Decoded, FileDefinition } from '../dataset/types.ts';
import { DatasetError } from '../errors.ts';

/**
 * Compares what was read with the definition: shape, number of values, and labels that are classes.
 *
 * @throws DatasetError that names the set and its files.
 */
export function checkDecoded(
  definition: Pick<FileDefinition, 'name' | 'shape' | 'files'>,
  decoded: Decoded,
): void {
  const { images, labels, shape, classNames } = decoded;
  const files = definition.files.map(({ path }) => path).join(', ');
  const fault = (found: string): never => {
    throw new DatasetError(`'${definition.name}' was not read: its files (${files}) hold ${found}.`);
  };
  if (shape.join() !== definition.shape.join())
    fault(`images of shape [${shape.join(', ')}] instead of [${definition.shape.join(', ')}]`);
  const values = shape.reduce((product, size) => product * size, 1);
  if (images.length !== values) fault(`${images.length} values for the shape [${shape.join(', ')}]`);
  if (labels.length !== shape[0]) fault(`${labels.length} labels for ${shape[0]} images`);
  const foreign = labels.findIndex((label) => label >= classNames.length);
  if (foreign >= 0)
    fault(`the label ${labels[foreign]} of image ${foreign}, but there are ${classNames.length} classes`);
}
