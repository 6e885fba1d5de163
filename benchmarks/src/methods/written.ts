/** @file A method of the registry as experiments write it: its name, and options after a question mark, `neumann?terms=3&last=5`. */
import type { Method } from '@longhorizon/bilevel';
import type { HyperContext } from './hyper-method.ts';
import { hyperMethods, methodNamed } from './registry.ts';

/**
 * A hyperparameter method that is written as text.
 *
 * @throws RangeError where there is no such method, InputError where it has no such option
 */
export function methodWritten(text: string, context: HyperContext): Method {
  const [name = '', options = ''] = text.split('?');
  const given = [...new URLSearchParams(options)].map(([key, value]) => [key, valueWritten(value)] as const);
  return methodNamed(hyperMethods, name).fromFile(Object.fromEntries(given), context);
}

function valueWritten(text: string): number | string | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return Number.isNaN(Number(text)) ? text : Number(text);
}
