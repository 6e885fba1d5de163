/**
 * @file Prints the tables of the suite's README from its records.
 *
 *     node --conditions=longhorizon-source --import tsx benchmarks/src/suites/attack/studies/tables.ts benchmarks/records/attack
 */
import { printTables } from '../../../reports/print.ts';
import { report } from '../report.ts';

printTables(report);
