/** @file The page that runs test files: all of them in one module, on one device, each told of when it is done. */
import { startTests, type Task, type VitestRunner } from '@vitest/runner';
// Made by the bundler: the files to run, by their paths.
import { files } from 'test-files';
import './vitest.ts';

/** What the page tells of a test. */
export interface Told {
  readonly file: string;
  readonly name: string;
  readonly state: 'pass' | 'fail' | 'skip';
  readonly ms: number;
  readonly errors: readonly string[];
}

const runner: VitestRunner = {
  config: {
    root: '/',
    setupFiles: [],
    name: undefined,
    passWithNoTests: false,
    testNamePattern: undefined,
    allowOnly: false,
    sequence: { seed: 0, hooks: 'stack', setupFiles: 'list' },
    maxConcurrency: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    retry: 0,
    includeTaskLocation: false,
    tags: [],
    tagsFilter: undefined,
    strictTags: false,
    chaiConfig: undefined,
  },
  importFile: (path) => files[path]?.(),
};

const post = (path: string, content: unknown): Promise<unknown> =>
  fetch(path, { method: 'POST', body: JSON.stringify(content) });

/** The tests of a file or a suite, with what went wrong around them. */
function testsOf(task: Task, file: string, path: readonly string[] = []): readonly Told[] {
  const name = [...path, task.name].join(' › ');
  const errors = (task.result?.errors ?? []).map((error) => error.stack ?? error.message);
  const state = task.result?.state ?? 'skip';
  const told: Told = {
    file,
    name,
    state: state === 'pass' || state === 'fail' ? state : 'skip',
    ms: task.result?.duration ?? 0,
    errors,
  };
  if (!('tasks' in task)) return [told];
  const within = task.tasks.flatMap((one) =>
    testsOf(one, file, task.type === 'suite' ? [...path, task.name] : path),
  );
  return errors.length > 0 || within.length === 0 ? [{ ...told, state: 'fail' }, ...within] : within;
}

for (const path of Object.keys(files)) {
  const [file] = await startTests([path], runner);
  if (file === undefined) throw new Error(`internal: ${path} was not run.`);
  await post(
    'said',
    testsOf(file, path).map((one) => ({ ...one, name: one.name.replace(`${file.name} › `, '') })),
  );
}
await post('answer', 'done');
