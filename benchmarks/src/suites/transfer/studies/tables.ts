/**
 * @file Prints the tables of the suite's README from its records.
 *
 *     node --conditions=longhorizon-source --import tsx benchmarks/src/suites/transfer/studies/tables.ts benchmarks/records/transfer
 */
import { printTables } from '../../../reports/print.ts';
import { report } from '../report.ts';

printTables(report);
