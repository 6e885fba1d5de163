import { mkdirSync, writeFileSync } from 'node:fs';
import { recordJsonSchema, schemaVersion } from './record.ts';

/** Where the published schema lies, seen from `src/record` and from `dist/record` alike. */
export const schemaFile = new URL(`../../schema/record-v${schemaVersion}.json`, import.meta.url);

/** The published schema as text. */
export function schemaText(): string {
  return `${JSON.stringify(recordJsonSchema(), null, 2)}\n`;
}

if (import.meta.url === new URL(process.argv[1] ?? '', 'file:').href) {
  mkdirSync(new URL('.', schemaFile), { recursive: true });
  writeFileSync(schemaFile, schemaText());
}
