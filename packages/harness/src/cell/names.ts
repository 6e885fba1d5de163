/**
 * What suites, problems, methods, profiles and passes may be called. Names become words of the command line, cells of tables and parts of
 * addresses, so they are letters, digits and dashes, with single `.`, `_` or `/` between them: no control or bidirectional characters, nothing
 * that climbs out of a folder.
 */
export const namePattern = /^[a-z0-9](?:[a-z0-9-]|[._/](?=[a-z0-9]))*$/;

/** More characters than a name may have; file systems and tables give up at 255. */
export const longestName = 120;

/** Whether something may be called so. */
export function isName(name: string): boolean {
  return name.length <= longestName && namePattern.test(name);
}
