import { hasFiles } from '@longhorizon/datasets';

/** Which data sets are here: profiles leave out rows on files that are not. */
export const isHere = hasFiles;

/** Of some rows, by their names, those whose files are here. */
export const presentAmong =
  (rows: readonly { readonly name: string; readonly needs?: string }[]) =>
  (names: readonly string[]): readonly string[] =>
    rows.flatMap(({ name, needs }) =>
      names.includes(name) && (needs === undefined || isHere(needs)) ? [name] : [],
    );
