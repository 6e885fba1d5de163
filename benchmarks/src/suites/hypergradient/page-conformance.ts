/** @file What `longhorizon conformance` found of our own methods, for the page. */
import type { Study } from '@longhorizon/harness';
import { readResultsFile, resultsPath } from '../../reports/results-file.ts';

/** What `longhorizon conformance --json` prints. */
export type ConformanceFile = readonly {
  readonly title: string;
  readonly verdicts: readonly { readonly case: string; readonly result: string; readonly error?: number }[];
}[];

export const conformanceFile = 'hypergradient/conformance.json';

/** How many cases our methods get right, and the table of all. */
export function conformanceStudy(): Study {
  const file = readResultsFile<ConformanceFile>(conformanceFile);
  const cases = file[0]!.verdicts.map((one) => one.case);
  const right = ({ verdicts }: ConformanceFile[number]) =>
    verdicts.filter(({ result }) => result === 'right').length;
  return {
    id: 'conformance',
    title: 'Are our methods right where the answer is known?',
    says: [
      `${file.map((one) => `${one.title}: ${right(one)} of ${one.verdicts.length} cases right`).join('; ')}. docs/conformance.md says how to ask another implementation.`,
    ],
    setting:
      'What "longhorizon conformance" asks: linear systems first, then hypergradients in closed form or to ten digits. Relative errors.',
    file: resultsPath(conformanceFile),
    tables: [
      {
        title: 'Conformance of our methods',
        columns: ['Case', ...file.map(({ title }) => title)],
        rows: cases.map((name) => [
          name,
          ...file.map(({ verdicts }) => {
            const verdict = verdicts.find((one) => one.case === name);
            return verdict === undefined
              ? ''
              : `${verdict.result}${verdict.error === undefined ? '' : `, ${verdict.error < 1e-15 ? '0' : verdict.error.toExponential(1)}`}`;
          }),
        ]),
      },
    ],
  };
}
