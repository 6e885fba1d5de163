/** @file How one vector compares with another that is right. */
import { finiteOrNull, type GradientSection } from '@longhorizon/harness';

/** Cosine, relative error, signs and norms; null where a vector without length leaves a number undefined. */
export function agreement(
  found: ArrayLike<number>,
  exact: ArrayLike<number>,
  reference: string,
): GradientSection {
  if (found.length !== exact.length)
    throw new RangeError(
      `${found.length} numbers were to be compared with ${exact.length}; they must be as many.`,
    );
  let [product, ownSquare, exactSquare, away, sameSign] = [0, 0, 0, 0, 0];
  for (let k = 0; k < exact.length; k++) {
    const [own, right] = [found[k] as number, exact[k] as number];
    product += own * right;
    ownSquare += own * own;
    exactSquare += right * right;
    away += (own - right) ** 2;
    if (Math.sign(own) === Math.sign(right)) sameSign++;
  }
  return {
    reference,
    cosine: finiteOrNull(product / Math.sqrt(ownSquare * exactSquare)),
    relativeError: finiteOrNull(Math.sqrt(away / exactSquare)),
    signAgreement: finiteOrNull(sameSign / exact.length),
    normRatio: finiteOrNull(Math.sqrt(ownSquare / exactSquare)),
  };
}
