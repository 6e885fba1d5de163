/** @file An external program that answers cases: a line of JSON on its standard input, a line of JSON on its standard output. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { ConformanceCase } from './cases.ts';
import type { Implementation } from './judge.ts';

/** Longer lines are no answers. */
const mostCharacters = 1_000_000;

export interface ProgramOptions {
  /** Its name or path, and its arguments. */
  readonly words: readonly string[];
  /** How long it may take for an answer. */
  readonly seconds: number;
}

type Reply = { readonly line: string } | { readonly ended: string };

/** One life of the program. */
class Life {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: Reply[] = [];
  #waiting: ((reply: Reply) => void) | undefined;
  #ended: Reply | undefined;

  constructor([name = '', ...words]: readonly string[]) {
    this.#child = spawn(name, words, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stderr.pipe(process.stderr, { end: false });
    this.#child.on('error', (error) => this.#end(`'${name}' cannot be started (${error.message})`));
    this.#child.on('close', (code, signal) =>
      this.#end(`it ended ${signal === null ? `with code ${code}` : `by ${signal}`} without an answer`),
    );
    // Who ends early leaves a broken pipe, which its end says already.
    this.#child.stdin.on('error', () => {});
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      if (line.trim() !== '') this.#give({ line });
    });
  }

  get hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  #give(reply: Reply): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#lines.push(reply);
    else waiting(reply);
  }

  #end(ended: string): void {
    if (this.#ended !== undefined) return;
    this.#ended = { ended };
    this.#give(this.#ended);
  }

  async ask(question: string, seconds: number): Promise<Reply> {
    this.#child.stdin.write(`${question}\n`);
    const early = this.#lines.shift();
    if (early !== undefined) return early;
    if (this.#ended !== undefined) return this.#ended;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting = undefined;
        this.stop();
        resolve({ ended: `there was no answer within ${seconds} s, and it was stopped` });
      }, 1000 * seconds);
      this.#waiting = (reply) => {
        clearTimeout(timer);
        resolve(reply);
      };
    });
  }

  /** Closes its input, and stops it where it does not end by itself. */
  async close(): Promise<void> {
    if (this.#ended !== undefined) return;
    this.#child.stdin.end();
    const ended = new Promise<void>((resolve) => void this.#child.once('close', () => resolve()));
    const timer = setTimeout(() => this.stop(), 2000);
    await ended;
    clearTimeout(timer);
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }
}

/** A program as an implementation; it is started again for the case after one at which it ended. */
export function programOf({ words, seconds }: ProgramOptions): Implementation {
  let life: Life | undefined;
  return {
    title: words.join(' '),
    isSingle: false,
    async answer(one) {
      if (life === undefined || life.hasEnded) life = new Life(words);
      const reply = await life.ask(questionOf(one), seconds);
      if ('ended' in reply) {
        life = undefined;
        return { failed: `${reply.ended}; answer every line with a line of JSON.` };
      }
      return read(one, reply.line);
    },
    async close() {
      await life?.close();
    },
  };
}

/** The line that a program is asked with: the case's name and what it asks. */
export const questionOf = ({ case: name, ask }: ConformanceCase): string =>
  JSON.stringify({ case: name, ...ask });

function read(
  { case: name }: ConformanceCase,
  line: string,
): readonly number[] | { readonly refused: string } | { readonly failed: string } {
  const shown = line.length > 60 ? `${line.slice(0, 60)}…` : line;
  if (line.length > mostCharacters)
    return {
      failed: `a line of ${line.length} characters was answered; an answer has at most ${mostCharacters}.`,
    };
  let answered: unknown;
  try {
    answered = JSON.parse(line);
  } catch {
    return { failed: `'${shown}' is not JSON; print answers alone, and messages on standard error.` };
  }
  const {
    case: of,
    answer,
    refused,
  } = (typeof answered === 'object' && answered !== null ? answered : {}) as {
    readonly [Name in 'case' | 'answer' | 'refused']?: unknown;
  };
  if (of !== name)
    return {
      failed: `'${shown}' does not answer this case; repeat its name, as in {"case":"${name}","answer":[…]}.`,
    };
  if (typeof refused === 'string') return { refused };
  if (!Array.isArray(answer) || !answer.every((value) => typeof value === 'number'))
    return {
      failed: `'${shown}' holds no answer; give {"case":"${name}","answer":[numbers]}, or {"case":"${name}","refused":"why"}.`,
    };
  return answer as number[];
}
