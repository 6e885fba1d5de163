/** @file How one vector compares with another that is right. */
import { agreement as compared } from '@longhorizon/bilevel';
import { finiteOrNull, type GradientSection } from '@longhorizon/harness';

/** Cosine, relative error, signs and norms; null where a vector without length leaves a number undefined. */
export function agreement(
  found: ArrayLike<number>,
  exact: ArrayLike<number>,
  reference: string,
): GradientSection {
  const { cosine, relativeError, normRatio } = compared(found, exact);
  const sameSigns = Array.from(exact).filter((right, k) => Math.sign(found[k]!) === Math.sign(right)).length;
  return {
    reference,
    cosine: finiteOrNull(cosine),
    relativeError: finiteOrNull(relativeError),
    signAgreement: finiteOrNull(sameSigns / exact.length),
    normRatio: finiteOrNull(normRatio),
  };
}
