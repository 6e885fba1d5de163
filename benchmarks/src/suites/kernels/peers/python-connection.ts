/** @file The benchmark's end of the line to PyTorch: a line of JSON, then the numbers of its arrays, in either direction (pytorch/serve.py). */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { inputsOf } from '../inputs.ts';
import { networks } from '../networks.ts';
import { oneAnswer } from '../one-answer.ts';
import type { Work } from '../work.ts';
import { findPython } from './find-python.ts';
import { type AdapterText, type Facts, type PythonLibrary, pythonLibraries } from './library.ts';
import { goneText, LibraryError, type LibraryProcess } from './library-process.ts';
import type { ReadyWork, SampledWork } from './protocol.ts';

type Python = ChildProcessByStdio<Writable, Readable, Readable>;

interface Message {
  readonly ok: boolean;
  readonly answer?: unknown;
  readonly cannot?: boolean;
  readonly reason?: string;
  readonly sizes: readonly number[];
}

/** An answer and the arrays that came with it. */
interface Reply {
  readonly message: Message;
  readonly arrays: readonly Float32Array[];
}

const complaintLength = 400;
/** PyTorch takes seconds to be imported, many on a busy machine. */
const openTimeoutMs = 120_000;
const program = fileURLToPath(new URL('./pytorch/serve.py', import.meta.url));

/** PyTorch in its own process. When it crashes or hangs it takes only its row with it and is started anew for the next one. */
export class PythonConnection implements LibraryProcess {
  readonly library: PythonLibrary;
  readonly #environment: NodeJS.ProcessEnv;
  #child: Python | undefined;
  #opened: Promise<AdapterText> | undefined;
  #complaints = '';

  /** @param environment where LONGHORIZON_PYTHON and the path are looked up */
  constructor(library: PythonLibrary, environment: NodeJS.ProcessEnv = process.env) {
    this.library = library;
    this.#environment = environment;
  }

  open(): Promise<AdapterText> {
    this.#opened ??= this.#start();
    return this.#opened;
  }

  async #start(): Promise<AdapterText> {
    const python = findPython(this.#environment);
    this.#complaints = '';
    const child = spawn(python, [program, pythonLibraries[this.library]], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: this.#environment,
    });
    this.#child = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints = (this.#complaints + text).slice(-complaintLength);
    });
    // Requests for an answer report its end.
    child.on('error', () => {});
    child.stdin.on('error', () => {});
    const { message } = await this.#ask({ kind: 'open' }, [], openTimeoutMs);
    return (message.answer as { readonly adapter: AdapterText }).adapter;
  }

  async prepare(work: Work, timeoutMs: number): Promise<ReadyWork> {
    await this.open();
    const arrays = inputsOf(work);
    const { message, arrays: outputs } = await this.#ask(
      { kind: 'prepare', work, networks, shapes: arrays.map(({ shape }) => shape) },
      arrays.map(({ values }) => values),
      timeoutMs,
    );
    return { ...(message.answer as Omit<ReadyWork, 'outputs'>), outputs };
  }

  async sample(times: number, timeoutMs: number): Promise<SampledWork> {
    return (await this.#ask({ kind: 'sample', times }, [], timeoutMs)).message.answer as SampledWork;
  }

  async release(): Promise<Facts> {
    if (this.#child === undefined) return {};
    return (await this.#ask({ kind: 'release' }, [], openTimeoutMs)).message.answer as Facts;
  }

  async close(): Promise<void> {
    this.#kill();
  }

  #kill(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
    this.#opened = undefined;
  }

  async #ask(request: object, arrays: readonly Float32Array[], timeoutMs: number): Promise<Reply> {
    const child = this.#child;
    if (child === undefined) throw new LibraryError('error', `${this.library} is not running`);
    const answer = oneAnswer<Reply>(child, {
      limitMs: timeoutMs,
      last: 'close',
      listen: (resolve, reject) => {
        const reader = replyReader();
        const onData = (part: Buffer): void => {
          const reply = reader(part);
          if (reply === undefined) return;
          const { ok, cannot, reason = 'no reason was given' } = reply.message;
          if (ok) resolve(reply);
          else reject(new LibraryError(cannot ? 'unsupported' : 'error', reason));
        };
        child.stdout.on('data', onData);
        return () => child.stdout.off('data', onData);
      },
      late: () => this.#failed('timeout', `no answer within ${timeoutMs / 1000} s`),
      gone: (how) => this.#failed('error', goneText(how, this.#complaints)),
    });
    child.stdin.write(`${JSON.stringify({ ...request, sizes: arrays.map(({ length }) => length) })}\n`);
    for (const { buffer, byteOffset, byteLength } of arrays)
      child.stdin.write(new Uint8Array(buffer, byteOffset, byteLength));
    return answer;
  }

  #failed(status: LibraryError['status'], message: string): LibraryError {
    this.#kill();
    return new LibraryError(status, message);
  }
}

/** Puts an answer together from the parts in which it comes; undefined until it is whole. */
export function replyReader(): (part: Buffer) => Reply | undefined {
  const parts: Buffer[] = [];
  let message: Message | undefined;
  let bytes = 0;
  return (part) => {
    parts.push(part);
    bytes += part.length;
    if (message === undefined) {
      const all = Buffer.concat(parts);
      const end = all.indexOf('\n');
      if (end < 0) return undefined;
      message = JSON.parse(all.toString('utf8', 0, end)) as Message;
      parts.splice(0, parts.length, all.subarray(end + 1));
      bytes = all.length - end - 1;
    }
    const wanted = message.sizes.reduce((sum, size) => sum + 4 * size, 0);
    if (bytes < wanted) return undefined;
    // A copy, so that the numbers begin where float32 may.
    const whole = new Uint8Array(Buffer.concat(parts)).buffer;
    let at = 0;
    const arrays = message.sizes.map((size) => {
      at += 4 * size;
      return new Float32Array(whole, at - 4 * size, size);
    });
    return { message, arrays };
  };
}
