/** @file The workbench's end of the line to the process that runs kernels. */
import { type ChildProcess, fork } from 'node:child_process';
import { driverSettings } from '@longhorizon/tensor/device';
import { childProgram } from '../../../child-program.ts';
import { oneAnswer } from '../one-answer.ts';
import type { Answers, Reply, Request, Stage } from './messages.ts';

const words: Readonly<Record<Stage, string>> = {
  reading: 'reading its files',
  compiling: 'compiling',
  running: 'running, which on a software adapter begins with compiling',
  timing: 'being timed',
};

/** The process is gone: it did not answer in time, or its driver crashed. The message is the end of a sentence. */
export class ProcessGone extends Error {
  override readonly name = 'ProcessGone';
}

/** A process with a device, started when something is asked of it. */
export class KernelProcess {
  #child: ChildProcess | undefined;
  #stage: Stage = 'reading';

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  /** Starts it; nothing happens where it runs. */
  start(): void {
    if (this.#child !== undefined) return;
    const { file, nodeOptions } = childProgram('./child', import.meta.url);
    const child = fork(file, {
      serialization: 'advanced',
      execArgv: [...nodeOptions],
      // What the driver prints is not for the reader of these lines.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { ...process.env, ...driverSettings('large', process.env) },
    });
    child.on('error', () => {});
    this.#child = child;
  }

  /**
   * @throws ProcessGone where no answer came in time, or the process ended
   * @throws Error with what went wrong in it
   */
  ask<Kind extends Request['kind']>(
    request: Request & { readonly kind: Kind },
    limitMs: number,
  ): Promise<Answers[Kind]> {
    this.start();
    const child = this.#child!;
    this.#stage = 'reading';
    const answer = oneAnswer<Answers[Kind]>(child, {
      limitMs,
      last: 'exit',
      listen: (resolve, reject) => {
        const onMessage = (message: unknown): void => {
          const reply = message as Reply;
          if ('stage' in reply) this.#stage = reply.stage;
          else if (reply.ok) resolve(reply.answer as Answers[Kind]);
          else reject(new Error(reply.reason));
        };
        child.on('message', onMessage);
        return () => child.off('message', onMessage);
      },
      late: () =>
        this.#gone(`did not end within ${limitMs / 1000} s, ${words[this.#stage]}; its process was ended`),
      gone: (how) => this.#gone(`took its process with it while ${words[this.#stage]}: it ${how}`),
    });
    child.send(request);
    return answer;
  }

  #gone(reason: string): ProcessGone {
    this.kill();
    return new ProcessGone(reason);
  }

  kill(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  async close(): Promise<void> {
    if (this.#child === undefined) return;
    try {
      await this.ask({ kind: 'close' }, 5000);
    } catch {
      // It ends either way.
    }
    this.kill();
  }
}
