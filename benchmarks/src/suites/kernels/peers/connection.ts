/** @file The benchmark's end of the line to the process of a library. */
import { type ChildProcess, fork } from 'node:child_process';
import type { Socket } from 'node:net';
import { childProgram } from '../../../child-program.ts';
import { oneAnswer } from '../one-answer.ts';
import type { Work } from '../work.ts';
import type { HostOptions } from './host.ts';
import type { AdapterText, Facts, LibraryName } from './library.ts';
import { goneText, LibraryError, type LibraryProcess } from './library-process.ts';
import type { Answers, ReadyWork, Reply, Request, SampledWork } from './protocol.ts';

const complaintLength = 400;
const openTimeoutMs = 60_000;

/**
 * A library in its own process: it cannot disturb the others' devices, event loops or garbage collectors, and when it
 * hangs or crashes it takes only its own row with it and is started anew for the next one.
 */
export class Connection implements LibraryProcess {
  readonly library: LibraryName;
  readonly #options: HostOptions;
  readonly #environment: NodeJS.ProcessEnv;
  #child: ChildProcess | undefined;
  #opened: Promise<AdapterText> | undefined;
  #complaints = '';

  /** @param environment variables that its process has beside this one's */
  constructor(library: LibraryName, options: HostOptions, environment: NodeJS.ProcessEnv = {}) {
    this.library = library;
    this.#options = options;
    this.#environment = environment;
  }

  /** Starts the process when it does not run. Returns what the library says of its adapter. */
  open(): Promise<AdapterText> {
    this.#opened ??= this.#start();
    return this.#opened;
  }

  async #start(): Promise<AdapterText> {
    this.#complaints = '';
    const { file, nodeOptions } = childProgram('./child', import.meta.url);
    const child = fork(file, {
      serialization: 'advanced',
      execArgv: [...nodeOptions],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, ...this.#environment },
    });
    this.#child = child;
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#complaints = (this.#complaints + text).slice(-complaintLength);
      });
      (stream as Socket).unref();
    }
    // An idle library does not keep this process alive; when the process ends, so does the library.
    child.unref();
    child.channel!.unref();
    // Requests for an answer report its end.
    child.on('error', () => {});
    const { adapter } = await this.#ask(
      { kind: 'open', library: this.library, options: this.#options },
      openTimeoutMs,
    );
    return adapter;
  }

  /** Makes a work ready and returns its first results. @throws {LibraryError} */
  async prepare(work: Work, timeoutMs: number): Promise<ReadyWork> {
    await this.open();
    return this.#ask({ kind: 'prepare', work }, timeoutMs);
  }

  /** One sample of the work made ready last. @throws {LibraryError} */
  sample(times: number, timeoutMs: number): Promise<SampledWork> {
    return this.#ask({ kind: 'sample', times }, timeoutMs);
  }

  /** Lets go of the work made ready last. */
  async release(): Promise<Facts> {
    return this.#child === undefined ? {} : this.#ask({ kind: 'release' }, openTimeoutMs);
  }

  async close(): Promise<void> {
    if (this.#child === undefined) return;
    try {
      await this.#ask({ kind: 'close' }, 5000);
    } catch {
      // It ends either way.
    }
    this.#kill();
  }

  #kill(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
    this.#opened = undefined;
  }

  async #ask<Kind extends Request['kind']>(
    request: Request & { readonly kind: Kind },
    timeoutMs: number,
  ): Promise<Answers[Kind]> {
    const child = this.#child;
    if (child === undefined) throw new LibraryError('error', `${this.library} is not running`);
    const answer = oneAnswer<Answers[Kind]>(child, {
      limitMs: timeoutMs,
      last: 'exit',
      listen: (resolve, reject) => {
        const onMessage = (message: unknown): void => {
          const reply = message as Reply;
          if (reply.ok) resolve(reply.answer as Answers[Kind]);
          else reject(new LibraryError(reply.cannot ? 'unsupported' : 'error', reply.reason));
        };
        child.on('message', onMessage);
        return () => child.off('message', onMessage);
      },
      late: () => this.#failed('timeout', `no ${doing[request.kind]} within ${timeoutMs / 1000} s`),
      gone: (how) => this.#failed('error', goneText(how, this.#complaints)),
    });
    child.send(request);
    return answer;
  }

  #failed(status: LibraryError['status'], message: string): LibraryError {
    this.#kill();
    return new LibraryError(status, message);
  }
}

const doing: Readonly<Record<Request['kind'], string>> = {
  open: 'device',
  prepare: 'first result',
  sample: 'result',
  release: 'answer',
  close: 'answer',
};
