/** @file Whether two tables agree: the kernel that one has chosen for a problem is the other's, or one that the other could not tell apart from its own. */
import type { Listed } from '../../../measurements/kernel-tables/entry.ts';

/** What a table says of a problem. */
interface Said {
  readonly variant: string;
  readonly tied: readonly string[];
}

/** The newest line of a table for one of some keys of a family; undefined where it has none. */
export function saidOf(lines: readonly Listed[], family: string, keys: readonly string[]): Said | undefined {
  const line = lines.findLast((one) => one.family === family && keys.includes(one.key));
  return line?.variant === undefined ? undefined : { variant: line.variant, tied: line.tied ?? [] };
}

const among = ({ variant }: Said, { variant: other, tied }: Said): boolean =>
  variant === other || tied.includes(variant);

/** Whether either's choice is among the other's ties. */
const agree = (one: Said, other: Said): boolean => among(one, other) || among(other, one);

/** Two tables problem by problem, and how many agree, in lines. */
export function agreementText(
  all: readonly {
    readonly problem: string;
    readonly own: Said | undefined;
    readonly other: Said | undefined;
  }[],
): string {
  const both = all.flatMap(({ problem, own, other }) =>
    own === undefined || other === undefined ? [] : [{ problem, own, other }],
  );
  const lines = both.map(({ problem, own, other }) => {
    const how =
      own.variant === other.variant
        ? 'the same'
        : `${other.variant}, ${among(own, other) ? 'which ties with it' : among(other, own) ? 'one of its ties' : 'and not tied'}`;
    return `${problem.padEnd(36)} ${own.variant.padEnd(36)} ${how}`;
  });
  const agreed = both.filter(({ own, other }) => agree(own, other)).length;
  const lacking = all.length - both.length;
  const rest = lacking === 0 ? '' : ` ${lacking} problems are not in both.`;
  const share = both.length === 0 ? '' : ` (${((100 * agreed) / both.length).toFixed(0)} %)`;
  return [
    ...lines,
    `\nThe tables agree within their ties on ${agreed} of ${both.length} problems${share}.${rest}`,
  ].join('\n');
}
