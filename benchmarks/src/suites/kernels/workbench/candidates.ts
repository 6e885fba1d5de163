/** @file Kernels read anew from their files, whatever was imported before. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UsageError } from '@longhorizon/harness';
import {
  type FamilyName,
  type FamilyProblems,
  type KernelVariant,
  type OwnKernel,
  ownKernelFault,
  variantFromFile,
} from '@longhorizon/tensor/kernels';
import { root } from '../../../root.ts';

type Variant<Name extends FamilyName> = KernelVariant<FamilyProblems[Name]>;

/** Imports a module and everything that it imports by a relative path, each time from its file. */
async function importAnew(url: string): Promise<Readonly<Record<string, unknown>>> {
  // Named by a variable: it belongs to the repository and not to this package.
  const loader = 'tsx/esm/api';
  const { tsImport } = (await import(loader)) as {
    tsImport: (url: string, parent: string) => Promise<Readonly<Record<string, unknown>>>;
  };
  return tsImport(url, import.meta.url);
}

/** The folder of a family in the sources of the tensor package. */
export function familyFolder(family: FamilyName, repository = root): string {
  return join(repository, 'packages/tensor/src/kernels', family);
}

const endings = ['.ts', '.mjs', '.js'] as const;

/** The text and the module of each kernel in a folder of one's own. */
function ownFiles(
  from: string,
  family: FamilyName,
): readonly { readonly name: string; readonly text: string }[] {
  const folder = join(resolve(from), family);
  if (!existsSync(folder))
    throw new UsageError(
      `There is no folder ${folder}. Kernels of one's own lie in FOLDER/${family}/NAME.wgsl with a module NAME.ts or NAME.mjs beside each; "npx nx g @longhorizon/tools:kernel NAME --family ${family} --folder ${from}" writes both.`,
    );
  return readdirSync(folder)
    .filter((file) => file.endsWith('.wgsl'))
    .sort()
    .map((file) => ({ name: basename(file, '.wgsl'), text: join(folder, file) }));
}

async function ownVariant<Name extends FamilyName>(
  family: Name,
  name: string,
  text: string,
): Promise<Variant<Name>> {
  const stem = text.slice(0, -'.wgsl'.length);
  const ending = endings.find((one) => existsSync(`${stem}${one}`));
  if (ending === undefined)
    throw new UsageError(
      `Beside ${text} there is no module ${name}.ts or ${name}.mjs that says what the kernel needs.`,
    );
  let own: unknown;
  try {
    own = (await importAnew(pathToFileURL(`${stem}${ending}`).href)).default;
    // A CommonJS view of a module keeps its default one step further in.
    if (typeof own === 'object' && own !== null && 'default' in own && !('doc' in own)) own = own.default;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${name}${ending} cannot be loaded: ${reason}`);
  }
  const fault = ownKernelFault(own);
  if (fault !== undefined) throw new UsageError(`${name}${ending} ${fault}.`);
  return variantFromFile(family, name, readFileSync(text, 'utf8'), own as OwnKernel<FamilyProblems[Name]>);
}

/**
 * The kernels of a family as their files are now.
 *
 * @param from a folder of one's own; the repository's kernels where left out
 * @param only the name of one of them
 * @param repository where the sources lie; here when left out
 * @throws UsageError where files are missing or say what cannot be
 */
export async function readVariants<Name extends FamilyName>(
  family: Name,
  from: string | undefined,
  only?: string,
  repository?: string,
): Promise<readonly Variant<Name>[]> {
  if (from === undefined)
    return pick(await repositoryVariants(family, repository), only, `the family ${family}`);
  const files = ownFiles(from, family);
  const chosen = pick(files, only, `the folder ${join(resolve(from), family)}`);
  return Promise.all(chosen.map(({ name, text }) => ownVariant(family, name, text)));
}

async function repositoryVariants<Name extends FamilyName>(
  family: Name,
  repository?: string,
): Promise<readonly Variant<Name>[]> {
  const file = join(familyFolder(family, repository), 'variants.ts');
  try {
    return (await importAnew(pathToFileURL(file).href))[`${family}Variants`] as readonly Variant<Name>[];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`The kernels of ${family} cannot be loaded: ${reason}`);
  }
}

function pick<One extends { readonly name: string }>(
  all: readonly One[],
  only: string | undefined,
  where: string,
): readonly One[] {
  if (only === undefined) return all;
  const found = all.filter(({ name }) => name === only);
  if (found.length > 0) return found;
  const names = all.map(({ name }) => name).join(', ');
  throw new UsageError(
    `There is no kernel '${only}' in ${where}${names === '' ? '' : `; there are ${names}`}.`,
  );
}
