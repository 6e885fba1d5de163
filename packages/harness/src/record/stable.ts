import { hashOf } from '../cell/identity.ts';
import { type CellRecord, recordJsonSchema } from './record.ts';

/** The few words of JSON Schema that the record's schema uses. */
interface Node {
  readonly volatile?: boolean;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
}

const schema = recordJsonSchema() as Node;

/**
 * The part of a record that two runs with the same seeds on the same device must agree on, bit for bit:
 * everything that the published schema does not mark as volatile.
 */
export function stableContent(record: CellRecord): unknown {
  return keep(record, schema);
}

/** One hash of the stable content. */
export function stableDigest(record: CellRecord): string {
  return hashOf(stableContent(record));
}

function keep(value: unknown, node: Node): unknown {
  if (Array.isArray(value)) return value.map((item) => keep(item, node.items ?? {}));
  if (typeof value !== 'object' || value === null) return value;
  const object = node.anyOf?.find((branch) => branch.properties ?? branch.additionalProperties) ?? node;
  const other = typeof object.additionalProperties === 'object' ? object.additionalProperties : {};
  const kept = Object.entries(value)
    .map(([key, item]) => ({ key, item, rule: object.properties?.[key] ?? other }))
    .filter(({ item, rule }) => rule.volatile !== true && item !== undefined)
    .map(({ key, item, rule }) => [key, keep(item, rule)]);
  return Object.fromEntries(kept);
}
