/**
 * @file Wrong labels. Whether label `i` changes, and into what, depends on (key, i) alone and uses integers only:
 * it changes where `bits(key, stream 0, i) >>> 8 < round(rate · 2^24)`; the new class comes from stream 1.
 */
import { DatasetError } from '../errors.ts';
import { bitsAt, type Key, UNIFORM_SCALE } from '../random/key.ts';
import { requireWhole } from '../whole.ts';

/** How labels go wrong. */
export type LabelNoise =
  /** Any of the other classes, equally often. */
  | { readonly kind: 'uniform'; readonly rate: number }
  /** Any class, the right one included: a rate r changes r · (classes - 1) / classes of the labels. */
  | { readonly kind: 'uniform-any'; readonly rate: number }
  /** Always the same wrong class: `to[label]`, by default the next one. */
  | { readonly kind: 'asymmetric'; readonly rate: number; readonly to?: ArrayLike<number> };

/** Labels with mistakes. */
export interface NoisyLabels {
  readonly labels: Uint32Array;
  /** 1 where the label is not the true one. */
  readonly wrong: Uint8Array;
  /** Share of labels that are wrong. */
  readonly wrongShare: number;
}

/**
 * Makes some labels wrong.
 *
 * @param labels - True labels in [0, classes).
 * @param classes - Number of classes.
 * @throws DatasetError if the rate is not in [0, 1], a label is no class, or a class has none to go to.
 */
export function addLabelNoise(
  labels: Uint32Array,
  classes: number,
  noise: LabelNoise,
  key: Key,
): NoisyLabels {
  if (!(noise.rate >= 0 && noise.rate <= 1)) {
    throw new DatasetError(`A noise rate is a share from 0 to 1, but ${noise.rate} was given.`);
  }
  requireWhole('The number of classes', classes);
  if (classes < 2) throw new DatasetError(`Wrong labels need at least 2 classes, but there are ${classes}.`);
  const foreign = labels.find((label) => label >= classes);
  if (foreign !== undefined)
    throw new DatasetError(`A label is ${foreign}, but the classes are 0 to ${classes - 1}.`);
  const threshold = Math.round(noise.rate / UNIFORM_SCALE);
  const noisy = labels.map((label, i) =>
    bitsAt(key, 0, i) >>> 8 < threshold ? otherLabel(label, classes, noise, bitsAt(key, 1, i)) : label,
  );
  const wrong = Uint8Array.from(noisy, (label, i) => (label === labels[i] ? 0 : 1));
  const wrongCount = wrong.reduce((sum, flag) => sum + flag, 0);
  return { labels: noisy, wrong, wrongShare: labels.length > 0 ? wrongCount / labels.length : 0 };
}

function otherLabel(label: number, classes: number, noise: LabelNoise, bits: number): number {
  switch (noise.kind) {
    case 'uniform':
      return (label + 1 + (bits % (classes - 1))) % classes;
    case 'uniform-any':
      return bits % classes;
    case 'asymmetric': {
      const target = noise.to ? noise.to[label] : (label + 1) % classes;
      if (target === undefined || !(Number.isInteger(target) && target >= 0 && target < classes)) {
        throw new DatasetError(
          `Asymmetric noise needs a class to go to for each class, but class ${label} has none.`,
        );
      }
      return target;
    }
    default:
      return noise satisfies never;
  }
}
