import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../root.ts';

/** What `studies/meta-train.ts` writes. */
export const learnedPhiPath = join(root, 'benchmarks/src/suites/transfer/learned-phi.json');

export const learnedPhiFile = (): string | undefined =>
  existsSync(learnedPhiPath) ? readFileSync(learnedPhiPath, 'utf8') : undefined;
