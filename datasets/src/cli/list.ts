import Table from 'cli-table3';
import type { DatasetDefinition } from '../dataset/types.ts';
import { DATASETS } from '../definitions/registry.ts';
import { missingFiles } from '../load.ts';
import { searchFolders } from '../store/folders.ts';

/** Whether a data set can be used now. */
export type Presence = 'generated' | 'here' | 'can be fetched' | 'absent';

/** Where a data set stands on this machine. */
function presenceOf(definition: DatasetDefinition): Presence {
  if (definition.kind === 'generated' || definition.kind === 'functions') return 'generated';
  const missing = missingFiles(definition);
  if (missing.length === 0) return 'here';
  return missing.every(({ download }) => download !== undefined) ? 'can be fetched' : 'absent';
}

/** A table of all data sets, or one JSON object a line. */
export function listDatasets({ json = false }: { readonly json?: boolean } = {}): string {
  if (json) return DATASETS.map((definition) => JSON.stringify(entryOf(definition))).join('\n');
  const table = new Table({
    head: ['name', 'what', 'examples', 'classes', 'licence', 'status'],
    colWidths: [25, 36, 16, 9, 14, 16],
    wordWrap: true,
    style: { head: [], border: [], compact: true },
  });
  for (const definition of DATASETS) {
    const entry = entryOf(definition);
    const shape = entry.shape ? sizeOf(entry.shape) : 'functions';
    table.push([entry.name, entry.title, shape, entry.classes ?? '', entry.licence, entry.status]);
  }
  return `${table.toString()}\nSearched: ${searchFolders().join(', ')}.`;
}

function entryOf(definition: DatasetDefinition) {
  const common = {
    name: definition.name,
    title: definition.title,
    licence: definition.licence.id,
    shareAlike: definition.licence.shareAlike,
    status: presenceOf(definition),
    notes: definition.notes,
    overlaps: definition.overlaps.map(({ name }) => name),
    citation: definition.citation,
  };
  if (definition.kind === 'functions') return { ...common, shape: undefined, classes: undefined };
  const leak = definition.kind === 'generated' ? undefined : definition.leak;
  return { ...common, shape: definition.shape, classes: definition.classes, ...(leak ? { leak } : {}) };
}

function sizeOf([count, height, width, channels]: readonly number[]): string {
  if (height === 1 && width === 1) return `${count} of ${channels}`;
  return `${count} ${height}x${width}${channels === 3 ? ' RGB' : ''}`;
}
