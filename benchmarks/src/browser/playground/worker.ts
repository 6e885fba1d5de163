/**
 * @file Runs one program of the playground. The page starts a worker for each run and ends it at the next: a program may loop for ever. The worker's
 * policy, which it has from the page, lets it load nothing and send nothing anywhere.
 */
import * as bilevel from '@longhorizon/bilevel';
import * as authoring from '@longhorizon/bilevel/authoring';
import * as problems from '@longhorizon/bilevel/problems';
import * as hyperdistill from '@longhorizon/hyperdistill';
import * as nn from '@longhorizon/nn';
import * as tensor from '@longhorizon/tensor';
import * as compiler from '@longhorizon/tensor/compiler';
import { assert, claims } from './assert.ts';
import { moduleOf, modulesName } from './program.ts';
import { shown } from './shown.ts';
import { type SeenBytes, type SeenPlan, watchPlans } from './watch.ts';

/** From the worker to its page. */
export type FromProgram =
  | { readonly kind: 'ready'; readonly modules: readonly string[] }
  | { readonly kind: 'said'; readonly text: string; readonly isError: boolean }
  | {
      readonly kind: 'ended';
      /** What ended it, where it did not end well. */
      readonly failure?: string;
      readonly claims: number;
      readonly ms: number;
      readonly planCount: number;
      readonly plans: readonly SeenPlan[];
      readonly bytes: readonly SeenBytes[];
    };

interface Scope {
  postMessage(message: FromProgram): void;
  onmessage: ((event: { readonly data: { readonly program: string } }) => unknown) | null;
  addEventListener(name: 'unhandledrejection', listener: (event: { readonly reason: unknown }) => void): void;
}

const scope = globalThis as typeof globalThis & Scope;
const modules: Readonly<Record<string, object>> = {
  '@longhorizon/tensor': tensor,
  '@longhorizon/tensor/compiler': compiler,
  '@longhorizon/nn': nn,
  '@longhorizon/bilevel': bilevel,
  '@longhorizon/bilevel/authoring': authoring,
  '@longhorizon/bilevel/problems': problems,
  '@longhorizon/hyperdistill': hyperdistill,
  'node:assert/strict': { default: assert },
};
Object.assign(globalThis, { [modulesName]: modules });

/** More lines of output than this are not sent. */
const mostLines = 2000;
let lines = 0;
const say = (isError: boolean, values: readonly unknown[]): void => {
  lines++;
  if (lines > mostLines) return;
  const text = lines === mostLines ? 'More output is left out.' : values.map(shown).join(' ');
  scope.postMessage({ kind: 'said', text, isError });
};
console.log = console.info = console.debug = (...values) => say(false, values);
console.warn = console.error = (...values) => say(true, values);
console.assert = (holds, ...values) => {
  if (!holds) say(true, ['Assertion failed:', ...values]);
};
scope.addEventListener('unhandledrejection', ({ reason }) => say(true, [reason]));

const watch = watchPlans();

scope.onmessage = async ({ data: { program } }) => {
  const started = performance.now();
  let failure: string | undefined;
  try {
    const text = moduleOf(program, Object.keys(modules));
    await import(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })));
  } catch (error) {
    failure = failureText(error);
  }
  scope.postMessage({
    kind: 'ended',
    ...(failure === undefined ? {} : { failure }),
    claims: claims.held,
    ms: performance.now() - started,
    planCount: watch.count(),
    plans: watch.plans,
    bytes: watch.bytes(),
  });
};
scope.postMessage({ kind: 'ready', modules: Object.keys(modules) });

/** The message, with the line of the program where there is one. */
function failureText(error: unknown): string {
  if (!(error instanceof Error)) return shown(error);
  const line = /blob:[^\s)]*:(\d+):\d+/.exec(error.stack ?? '')?.[1];
  const name = error.name === 'Error' ? '' : `${error.name}: `;
  return `${name}${error.message}${line === undefined ? '' : ` (line ${line})`}`;
}
