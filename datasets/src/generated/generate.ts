import type { Dataset, GeneratedDefinition, GenerateOptions } from '../dataset/types.ts';
import { DatasetError } from '../errors.ts';

/**
 * Generates a data set: the same bytes for the same options, on every machine.
 *
 * @param options - Seed 0 and the definition's own numbers of classes and examples by default.
 * @throws DatasetError if there are not so many classes, or no examples are asked for.
 */
export function generateDataset(definition: GeneratedDefinition, options: GenerateOptions = {}): Dataset {
  const { name } = definition;
  const { seed = 0, classes = definition.classes } = options;
  const perClass = options.perClass ?? definition.shape[0] / definition.classes;
  const most = definition.mostClasses ?? 2 ** 32;
  if (!Number.isInteger(classes) || classes < 1 || classes > most) {
    throw new DatasetError(`'${name}' has from 1 to ${most} classes, but ${classes} were asked for.`);
  }
  if (!Number.isInteger(perClass) || perClass < 1) {
    throw new DatasetError(`'${name}' needs at least 1 example a class, but ${perClass} were asked for.`);
  }
  return { name, definition, classes, ...definition.generate({ seed, classes, perClass }) };
}
