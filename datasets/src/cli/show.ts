import { writeFileSync } from 'node:fs';
import { findDataset } from '../definitions/registry.ts';
import { DatasetError } from '../errors.ts';
import { loadDataset } from '../load.ts';
import { type Canvas, stack } from '../sheet/canvas.ts';
import { contactSheet, type SheetOptions } from '../sheet/contact-sheet.ts';
import { FUNCTION_SHEETS, scatterSheet } from '../sheet/function-sheets.ts';

/** Where the sheet goes and what is on it. */
export interface ShowOptions extends SheetOptions {
  readonly out?: string;
}

/**
 * Writes the contact sheet of one or more data sets.
 *
 * @returns What to tell the user: where the sheet is, and what to know about the data.
 */
export function showDatasets(names: readonly string[], options: ShowOptions = {}): readonly string[] {
  const sheets = names.map((name) => sheetOf(name, options));
  const out = options.out ?? `${names[0]}.png`;
  try {
    writeFileSync(out, stack(sheets).toPng());
  } catch (error) {
    throw new DatasetError(
      `The sheet could not be written to ${out}: ${error instanceof Error ? error.message : error}.`,
    );
  }
  return [`Wrote ${out}.`, ...names.flatMap(remarksOn)];
}

function sheetOf(name: string, options: SheetOptions): Canvas {
  const definition = findDataset(name);
  if (definition.kind === 'functions') {
    const draw = FUNCTION_SHEETS[name];
    if (!draw) throw new Error(`internal: there is no sheet for '${name}'.`);
    return draw(options.seed ?? 0);
  }
  const dataset = loadDataset(name, options.seed === undefined ? {} : { seed: options.seed });
  const isPlane = dataset.shape.slice(1).join() === '1,1,2';
  return isPlane ? scatterSheet(dataset) : contactSheet(dataset, options);
}

function remarksOn(name: string): readonly string[] {
  const definition = findDataset(name);
  const leak = definition.kind === 'images' || definition.kind === 'table' ? definition.leak : undefined;
  const overlaps = definition.overlaps.map(
    (overlap) => `Shares pictures with ${overlap.name}. ${overlap.reason}`,
  );
  return [...definition.notes, ...(leak ? [leak] : []), ...overlaps].map((remark) => `${name}: ${remark}`);
}
