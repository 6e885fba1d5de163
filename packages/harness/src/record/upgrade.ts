const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value instanceof Object && !Array.isArray(value);

/** Version 1 called the readings of the control `noise.canary`. */
function fromVersion1(record: Readonly<Record<string, unknown>>): unknown {
  const { noise } = record;
  if (!isObject(noise)) return { ...record, schemaVersion: 2 };
  // A document of version 1 with the later name is none; the schema says so.
  if ('control' in noise) return record;
  const renamed = Object.entries(noise).map(([name, value]) => [name === 'canary' ? 'control' : name, value]);
  return { ...record, schemaVersion: 2, noise: Object.fromEntries(renamed) };
}

/** A parsed document as the present schema would have it; any other value as it is. Nothing is checked. */
export function upgradeRecord(value: unknown): unknown {
  return isObject(value) && value.schemaVersion === 1 ? fromVersion1(value) : value;
}
