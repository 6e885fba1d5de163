/** @file PyTorch's process: what it computes where it is there, and what is said where it is not, crashes or is wrong. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { problemWith } from '../check.ts';
import { expectedOf } from '../reference-cache.ts';
import type { Work } from '../work.ts';
import { findPython } from './find-python.ts';
import { LibraryError } from './library-process.ts';
import { PythonConnection, replyReader } from './python-connection.ts';

const folder = mkdtempSync(join(tmpdir(), 'python-peer-'));
const open: PythonConnection[] = [];
afterAll(async () => {
  await Promise.all(open.map((connection) => connection.close()));
  rmSync(folder, { recursive: true });
});

function connect(environment?: NodeJS.ProcessEnv): PythonConnection {
  const connection = new PythonConnection('pytorch', environment);
  open.push(connection);
  return connection;
}

/** A program that passes for a Python with PyTorch, and then does as it is told. */
function pretender(name: string, script: string): NodeJS.ProcessEnv {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n[ "$1" = "-c" ] && exit 0\n${script}\n`);
  chmodSync(path, 0o755);
  return { ...process.env, LONGHORIZON_PYTHON: path };
}

function python(): string | undefined {
  try {
    return findPython(process.env);
  } catch {
    return undefined;
  }
}

const small = { steps: 20, weights: 30, hyperparameters: 7, terms: 3, gamma: 0.9, theta: 0.5 } as const;
const methods = ['inner-steps', 'exact-reverse', 'one-step', 'neumann', 'hyperdistill'] as const;
const works: readonly Work[] = [
  { kind: 'matmul', batch: 2, rows: 5, inner: 8, columns: 4 },
  ...(['forward', 'input-gradient', 'filter-gradient'] as const).map(
    (pass): Work => ({ kind: 'convolution', pass, images: 2, size: 5, inChannels: 2, outChannels: 3 }),
  ),
  { kind: 'pointwise', expression: 'fused', elements: 16 },
  { kind: 'reduction', over: 'columns', rows: 3, columns: 5 },
  { kind: 'horizon', steps: 5 },
  ...(['sine', 'mlp', 'convolutional'] as const).map((network): Work => ({ kind: 'descent-step', network })),
  { kind: 'maml-gradient', network: 'sine', steps: 2 },
  ...(['tracking', 'rates'] as const).flatMap((problem) =>
    methods.map((method): Work => ({ kind: 'hypergradient', problem, method, ...small })),
  ),
  ...methods.map(
    (method): Work => ({
      ...{ kind: 'hypergradient', problem: 'sine', method, ...small },
      ...{ weights: 4, hyperparameters: 30 },
    }),
  ),
];

describe.skipIf(python() === undefined)('PyTorch', () => {
  it('computes every kind of row as float64 does, and times it', { timeout: 300_000 }, async () => {
    const connection = connect();
    expect((await connection.open()).vendor).toMatch(/^PyTorch \d/);
    for (const work of works) {
      const { outputs, facts } = await connection.prepare(work, 100_000);
      expect(problemWith(outputs, await expectedOf(work), 1e-4), JSON.stringify(work)).toBeUndefined();
      expect(facts.notes?.[0]).toMatch(/^PyTorch .* on \d+ threads?, BLAS/);
      expect((await connection.sample(2, 100_000)).ms).toBeGreaterThan(0);
      await connection.release();
    }
  });

  it('says what went wrong in a row and goes on with the next', async () => {
    const connection = connect();
    const odd = { ...works[0], kind: 'unheard-of' } as unknown as Work;
    await expect(connection.prepare({ ...odd, kind: 'copy', elements: 4 }, 60_000)).rejects.toThrow(
      /KeyError/,
    );
    expect((await connection.prepare(works[0]!, 60_000)).outputs).toHaveLength(1);
  });
});

describe('without PyTorch', () => {
  const refusal = async (environment: NodeJS.ProcessEnv): Promise<LibraryError> => {
    const error = await connect(environment)
      .open()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LibraryError);
    return error as LibraryError;
  };

  it('a row says how to get it', async () => {
    const none = await refusal({ PATH: folder });
    expect(none.status).toBe('unsupported');
    expect(none.message).toMatch(/^no python3 of the path has PyTorch\. Install it with 'pip install torch'/);
    const named = await refusal({ ...process.env, LONGHORIZON_PYTHON: join(folder, 'absent') });
    expect(named.message).toMatch(/absent', which is no Python that starts\. Install it/);
  });

  it('a process that crashes, or whose PyTorch is too old, is a sentence', async () => {
    const crashed = await refusal(pretender('crashes', 'echo "no such luck" >&2; kill -SEGV $$'));
    expect(crashed.message).toMatch(/^its process was ended by SIGSEGV; it last said: no such luck/);
    const old = `read line; printf '{"ok": false, "cannot": true, "reason": "PyTorch 0.4 is too old", "sizes": []}\\n'; read line`;
    const refused = await refusal(pretender('old', old));
    expect([refused.status, refused.message]).toEqual(['unsupported', 'PyTorch 0.4 is too old']);
  });
});

it('an answer is put together from the parts in which it comes', () => {
  const read = replyReader();
  const numbers = Float32Array.of(1, 2, 3);
  const whole = Buffer.concat([
    Buffer.from('{"ok": true, "answer": 7, "sizes": [2, 1]}\n'),
    Buffer.from(numbers.buffer),
  ]);
  for (let at = 0; at < whole.length - 1; at++) expect(read(whole.subarray(at, at + 1))).toBeUndefined();
  const reply = read(whole.subarray(-1));
  expect(reply?.message.answer).toBe(7);
  expect(reply?.arrays.map((array) => [...array])).toEqual([[1, 2], [3]]);
});
