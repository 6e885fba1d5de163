/** @file Which probe opens the cells of a suite. */

import { fewShotSuite } from '../../suites/few-shot/suite.ts';
import { hypergradientSuite } from '../../suites/hypergradient/suite.ts';
import { largeScaleSuite } from '../../suites/large-scale/suite.ts';
import { longTailed } from '../../suites/long-tailed/index.ts';
import { transfer } from '../../suites/transfer/index.ts';
import { attackProbe } from './attack.ts';
import { bilevelProbe } from './bilevel.ts';
import { initialisationProbe } from './initialisation.ts';
import { kernelProbe } from './kernels.ts';
import { MissingCell, type OpenProbe } from './probe.ts';
import { selftestProbe } from './selftest.ts';
import { wholeCellProbe } from './whole-cell.ts';

const probes: Readonly<Record<string, OpenProbe>> = {
  hypergradient: bilevelProbe(hypergradientSuite),
  'few-shot': bilevelProbe(fewShotSuite),
  'large-scale': initialisationProbe(largeScaleSuite),
  'long-tailed': wholeCellProbe(longTailed),
  attack: attackProbe,
  transfer: wholeCellProbe(transfer),
  kernels: kernelProbe,
  selftest: selftestProbe,
};

export const openProbe: OpenProbe = async (cell) => {
  const open = probes[cell.suite];
  if (open === undefined) throw new MissingCell(`there is no suite ${cell.suite}`);
  return open(cell);
};
