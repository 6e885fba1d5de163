/**
 * @file What a family of procedural pictures says about itself, and how its pictures are numbered.
 *
 * Picture `i` of class `c` of a seed depends on (family, seed, c, i) alone: asking for more classes, or for more
 * pictures of a class, changes none of those that were there.
 */
import type { Decoded, DefinitionBase, GeneratedDefinition, GenerateOptions } from '../dataset/types.ts';
import { DatasetError } from '../errors.ts';
import { Draw } from '../random/draw.ts';
import { type Key, rootKey, splitKey } from '../random/key.ts';

/** A family of procedural pictures; `Class` is whatever describes one class. */
export interface ImageFamily<Class> {
  readonly name: string;
  readonly title: string;
  readonly side: number;
  /** 1 is gray, 3 is red, green, blue. */
  readonly channels: 1 | 3;
  /** Default numbers. */
  readonly classes: number;
  readonly perClass: number;
  /** Absent where the family has no end of classes. */
  readonly mostClasses?: number;
  /** Describes class `index`, drawing what it needs. */
  readonly classOf: (draw: Draw, index: number) => Class;
  /** A name a reader can check the pictures against. */
  readonly nameOf: (description: Class, index: number) => string;
  /** Writes one picture, side × side × channels bytes. */
  readonly render: (description: Class, draw: Draw, out: Uint8Array) => void;
}

/**
 * Pictures of chosen classes.
 *
 * @param family - Which kind of pictures.
 * @param seed - Chooses the classes and the pictures.
 * @param classIndices - Which classes.
 * @param perClass - Pictures of each, numbered from `firstInstance`.
 * @returns Bytes, shape [classes · perClass, side, side, channels], class-major.
 * @throws DatasetError for a class that the family does not have.
 */
export function familyImages<Class>(
  family: ImageFamily<Class>,
  seed: number,
  classIndices: readonly number[],
  perClass: number,
  firstInstance = 0,
): Uint8Array {
  const size = family.side * family.side * family.channels;
  const images = new Uint8Array(classIndices.length * perClass * size);
  let at = 0;
  for (const classIndex of classIndices) {
    const { description, key } = describeClass(family, seed, classIndex);
    for (let i = 0; i < perClass; i += 1) {
      const draw = new Draw(splitKey(key, 'instance', firstInstance + i));
      family.render(description, draw, images.subarray(at, at + size));
      at += size;
    }
  }
  return images;
}

function describeClass<Class>(
  family: ImageFamily<Class>,
  seed: number,
  index: number,
): { readonly description: Class; readonly key: Key } {
  const most = family.mostClasses ?? 2 ** 32;
  if (!Number.isInteger(index) || index < 0 || index >= most) {
    throw new DatasetError(
      `Class ${index} of '${family.name}' was asked for; its classes are 0 to ${most - 1}.`,
    );
  }
  const key = splitKey(splitKey(rootKey(seed), 'data set', family.name), 'class', index);
  return { description: family.classOf(new Draw(key), index), key };
}

/** Classes 0 … classes - 1 of a family, as a data set. */
function generateFamily<Class>(family: ImageFamily<Class>, options: Required<GenerateOptions>): Decoded {
  const { seed, classes, perClass } = options;
  const indices = Array.from({ length: classes }, (_, index) => index);
  return {
    images: familyImages(family, seed, indices, perClass),
    labels: Uint32Array.from({ length: classes * perClass }, (_, i) => Math.floor(i / perClass)),
    shape: [classes * perClass, family.side, family.side, family.channels],
    classNames: indices.map((index) => family.nameOf(describeClass(family, seed, index).description, index)),
  };
}

/** The definition of a family as a data set. */
export function familyDefinition<Class>(
  family: ImageFamily<Class>,
  text: Pick<DefinitionBase, 'citation' | 'notes'>,
): GeneratedDefinition {
  const { name, title, side, channels, classes, perClass, mostClasses } = family;
  return {
    kind: 'generated',
    name,
    title,
    shape: [classes * perClass, side, side, channels],
    classes,
    ...(mostClasses === undefined ? {} : { mostClasses }),
    valueRange: [0, 255],
    licence: { id: 'MIT', shareAlike: false, evidence: 'made by this code' },
    overlaps: [],
    ...text,
    generate: (options) => generateFamily(family, options),
  };
}
