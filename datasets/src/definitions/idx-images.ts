import type { FileDefinition } from '../dataset/types.ts';
import { idxPairs } from '../readers/idx-pairs.ts';

/**
 * A set of pictures in one file of images and one of labels, which its reader knows by their roles.
 *
 * @param classNames - By label; undefined where a file has the role `class names`.
 */
export function idxImages(
  classNames: readonly string[] | undefined,
  own: Omit<FileDefinition, 'kind' | 'valueRange' | 'read'>,
): FileDefinition {
  const pathOf = (wanted: string): string => own.files.find(({ role }) => role === wanted)!.path;
  const pair = { images: pathOf('images'), labels: pathOf('labels') };
  return {
    kind: 'images',
    valueRange: [0, 255],
    ...own,
    read: idxPairs([pair], classNames ?? { file: pathOf('class names') }),
  };
}
