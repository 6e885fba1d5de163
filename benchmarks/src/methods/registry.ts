/**
 * @file The registry of methods: every file in `hyper/` and `init/` is one. A method's file holds all that is said about it, and every command,
 * suite, page and generator reads it here, so a new method is one new file.
 */
import type { RegisteredMethod } from './card.ts';
import { modulesIn } from './found.ts';
import type { HyperMethod } from './hyper-method.ts';
import type { InitMethod } from './init-method.ts';

/** Their order in tables. */
const roles: readonly RegisteredMethod['role'][] = ['reference', 'baseline', 'method'];

/** Methods that return dL/dλ, the reference first and the methods that the project is about last. */
export const hyperMethods: readonly HyperMethod[] = await methodsIn<HyperMethod>('hyper');
/** Methods that learn a start φ. */
export const initMethods: readonly InitMethod[] = await methodsIn<InitMethod>('init');

/**
 * The methods of a folder beside this file.
 *
 * @throws Error where a file holds no method, or one of another name
 */
async function methodsIn<Entry extends RegisteredMethod>(
  folder: 'hyper' | 'init',
): Promise<readonly Entry[]> {
  const entries = (await modulesIn(folder)).map(({ name, module }) => {
    const { method } = module as { readonly method?: Entry };
    if (method?.id !== `${folder}/${name}`)
      throw new Error(
        `internal: ${folder}/${name} has to export a method with the id ${folder}/${name}; its id is ${method?.id}.`,
      );
    return method;
  });
  return entries.sort((a, b) => roles.indexOf(a.role) - roles.indexOf(b.role));
}

/** A method by id, or by name where it is the only one of that name. @throws RangeError naming those that there are */
export function methodNamed<Entry extends RegisteredMethod>(methods: readonly Entry[], name: string): Entry {
  const found = methods.find((one) => one.id === name || one.name === name);
  if (found !== undefined) return found;
  throw new RangeError(
    `There is no method '${name}'; choose from ${methods.map((one) => one.name).join(', ')}.`,
  );
}
