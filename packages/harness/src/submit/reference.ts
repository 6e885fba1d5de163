/** @file Submitted records against known values: exact methods must be exact, and a cell that was also measured here must agree. */
import type { CellConfig } from '../cell/config.ts';
import { canonicalJson, sha256 } from '../cell/identity.ts';
import type { Suite } from '../cell/suite.ts';
import type { GradientSection } from '../record/measurement.ts';
import type { CellRecord } from '../record/record.ts';

/** Errors of exact methods in float32 are 1e-7 to 1e-5; a wrong kernel is off by far more. */
const largestErrorOfReference = 1e-3;
/** How far two devices may be apart in an error and a cosine: committed records of two drivers differ by less than 1e-5. */
const apart = { absolute: 1e-3, relative: 1e-2 };

type Known = Pick<GradientSection, 'cosine' | 'relativeError'>;

/** What committed records say of cells, whatever their profiles: the gradient alone, which does not depend on the device. */
export class ReferenceValues {
  readonly #known = new Map<string, Known>();

  constructor(records: Iterable<CellRecord>) {
    for (const { config, identity, gradient, status } of records) {
      if (gradient === undefined || status !== 'ok') continue;
      const { cosine, relativeError } = gradient;
      this.#known.set(keyOf(config, identity.measureVersion), { cosine, relativeError });
    }
  }

  /** Why a record contradicts what is known, as sentences. */
  problemsOf(record: CellRecord, suites: readonly Suite[]): readonly string[] {
    const { config, gradient, identity } = record;
    if (gradient === undefined) return [];
    const problems: string[] = [];
    const role = suites
      .find(({ name }) => name === config.suite)
      ?.methods.find(({ name }) => name === config.method)?.role;
    if (role === 'reference' && !((gradient.relativeError ?? 0) <= largestErrorOfReference))
      problems.push(
        `gradient.relativeError: ${config.method} is exact, and ${gradient.relativeError} is more than rounding (${largestErrorOfReference}): the device computes something else.`,
      );
    const known = this.#known.get(keyOf(config, identity.measureVersion));
    for (const name of known === undefined ? [] : (['cosine', 'relativeError'] as const)) {
      const [own, other] = [gradient[name], known?.[name] ?? null];
      if (own === null || other === null) continue;
      if (Math.abs(own - other) <= apart.absolute + apart.relative * Math.abs(other)) continue;
      problems.push(
        `gradient.${name}: ${own}, and the reference value of this cell is ${other}: the device computes something else, or the number was changed.`,
      );
    }
    return problems;
  }
}

function keyOf({ profile: _, ...config }: CellConfig, measureVersion: number): string {
  return sha256(canonicalJson([measureVersion, config]));
}
