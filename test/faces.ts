/** @file What each package exports, from the compiler's own view of its source. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { API, type Symbol as Named, SymbolFlags } from 'typescript/unstable/sync';

/** One exported name. */
export interface Exported {
  /** Within its namespace, where it stands in one: `hyper.imaml`. */
  readonly name: string;
  /** Its documentation, without tags; empty where there is none. */
  readonly documentation: string;
  /** The texts of its `@example` tags. */
  readonly examples: readonly string[];
}

/**
 * The exports of every face of a package that its manifest lists, by the face's name (`.`, `./compiler`), sorted by name.
 * @param folder of the package
 */
export function readFaces(folder: string): ReadonlyMap<string, readonly Exported[]> {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
  const api = new API({ cwd: folder });
  try {
    const config = join(folder, 'tsconfig.json');
    const project = api.updateSnapshot({ openProjects: [config] }).getProject(config);
    if (project === undefined) throw new Error(`${config} cannot be opened.`);
    const { checker, program } = project;
    const exportsOf = (path: string): readonly Exported[] => {
      const file = program.getSourceFile(join(folder, path));
      const face = file === undefined ? undefined : checker.getSymbolAtLocation(file);
      if (face === undefined) throw new Error(`${path} in ${folder} exports nothing.`);
      const members = (module: Named, prefix: string): readonly Exported[] =>
        checker.getExportsOfModule(module).flatMap((symbol) => {
          const meant = (symbol.flags & SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
          // A namespace is what it holds.
          if ((meant.flags & SymbolFlags.ValueModule) !== 0) return members(meant, `${symbol.name}.`);
          return [
            {
              name: prefix + symbol.name,
              documentation: checker.getDocumentationCommentOfSymbol(meant).trim(),
              examples: checker
                .getJsDocTagsOfSymbol(meant)
                .flatMap((tag) => (tag.name === 'example' ? [String(tag.text)] : [])),
            },
          ];
        });
      return [...members(face, '')].sort((one, other) => (one.name < other.name ? -1 : 1));
    };
    return new Map(
      Object.entries(manifest.exports).map(([face, conditions]) => [
        face,
        exportsOf(conditions['longhorizon-source']!),
      ]),
    );
  } finally {
    api.close();
  }
}
