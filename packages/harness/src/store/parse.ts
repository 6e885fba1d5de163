import { cellIdOf } from '../cell/identity.ts';
import { type CellRecord, inspectRecord } from '../record/record.ts';

/**
 * Why a document is not used. `no-record`: it is damaged, or never was one. `newer`: a later version of this program wrote it. `double`: another
 * record with the same identity says something else. `unreadable`: the system does not let it be read.
 */
export type RejectedKind = 'no-record' | 'newer' | 'double' | 'unreadable';

/** A record, or why it is none. */
export type Parsed =
  | { readonly ok: true; readonly value: CellRecord }
  | { readonly ok: false; readonly kind: RejectedKind | 'other'; readonly problems: readonly string[] };

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads one record. It is believed only if its bytes are UTF-8, it fits the schema, and its configuration gives its cell's id: a changed byte
 * must not become an answer to another question.
 */
export function parseRecord(document: string | Uint8Array): Parsed {
  const refuse = (kind: RejectedKind | 'other', ...problems: readonly string[]): Parsed => ({
    ok: false,
    kind,
    problems,
  });
  let value: unknown;
  try {
    value = JSON.parse(typeof document === 'string' ? document : decoder.decode(document));
  } catch (error) {
    const isDamaged = error instanceof TypeError;
    return refuse(
      'no-record',
      isDamaged ? 'not UTF-8: some of its bytes are damaged' : `not JSON: ${(error as Error).message}`,
    );
  }
  const inspected = inspectRecord(value);
  if (!inspected.ok) {
    const kind = inspected.newer ? 'newer' : claimsToBeRecord(value) ? 'no-record' : 'other';
    return refuse(kind, ...inspected.problems);
  }
  const { config, identity } = inspected.value;
  const cellId = cellIdOf(config);
  if (cellId === identity.cellId) return inspected;
  return refuse(
    'no-record',
    `identity.cellId: the configuration gives ${cellId.slice(0, 12)}…, not ${identity.cellId.slice(0, 12)}…; one of them was changed`,
  );
}

/** Whether JSON seems to be meant as a record: results of another kind may lie beside records. */
function claimsToBeRecord(value: unknown): boolean {
  if (!(value instanceof Object)) return true;
  return ['schemaVersion', 'kind', 'identity', 'config'].some((name) => name in value);
}
