/** @file The program's side of `bench browser`: serves the page on this machine alone, hands cells to it and takes what they came to. */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PlannedCell } from '../cell/cell-list.ts';
import { RunError, UsageError } from '../errors.ts';
import { printable } from '../printable.ts';
import { check, type Environment, environmentSchema } from '../record/record.ts';
import { type CellOutcome, type Executor, outcomeOf, timeoutMeasurement } from '../run/cell-runner.ts';
import type { FromPage, ToPage } from './messages.ts';

/** The files of the page by name: `index.html`, modules, styles. */
export type PageFiles = Readonly<Record<string, string>>;

/** A page that is served, and what runs cells in whatever browser opens it. */
export interface PageServer {
  /** What is to be opened: `http://127.0.0.1:PORT/TOKEN/`. The token keeps other pages of this machine's browsers out. */
  readonly address: string;
  /**
   * What the first page that opens says of its browser and adapter.
   *
   * @throws RunError with the page's own sentence, where it has no WebGPU or no adapter
   */
  readonly environment: Promise<Environment>;
  readonly executor: Executor;
  /** How many cells there are, for the page to show. */
  planned: number;
  /** Ends what is under way with a sentence: the browser that was started for it is gone. */
  fail(sentence: string): void;
  /** Tells the page that nothing more will come, and ends the server. */
  close(sentence: string): Promise<void>;
}

/** A page asks again at the latest after this time, so that no proxy ends the wait. */
const waitMs = 20_000;
/** What a page has for its answer to `stop` before its cell counts as timed out. */
const graceMs = 10_000;
const largestBodyBytes = 2 ** 26;
const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};
/** Nothing from elsewhere is loaded, and nothing is sent elsewhere. */
const policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** A cell that a page has, or is to have. */
interface Work {
  readonly cell: PlannedCell;
  readonly finish: (outcome: CellOutcome) => void;
}

/** @param port 0 takes a free one @throws UsageError where the port cannot be had */
export async function servePage(files: PageFiles, port = 0): Promise<PageServer> {
  const token = randomBytes(16).toString('hex');
  let page: string | undefined;
  let work: Work | undefined;
  let done = 0;
  let failure: string | undefined;
  const queue: ToPage[] = [];
  let waiting: ServerResponse | undefined;
  let told: (environment: Environment) => void = () => {};
  let refused: (error: Error) => void = () => {};
  const environment = new Promise<Environment>((resolve, reject) => {
    told = resolve;
    refused = reject;
  });
  // It may be refused before anybody listens.
  environment.catch(() => {});

  const flush = (): void => {
    if (waiting === undefined || queue.length === 0) return;
    json(waiting, queue.shift());
    waiting = undefined;
  };
  const send = (message: ToPage): void => {
    queue.push(message);
    flush();
  };
  const messageOf = ({ cell }: Work): ToPage => ({ kind: 'cell', cell, done, planned: server.planned });

  const answers: Readonly<
    Record<string, (request: IncomingMessage, response: ServerResponse, of: string | null) => unknown>
  > = {
    'POST hello': async (request, response) => {
      const checked = check(environmentSchema, await bodyOf(request));
      if (!checked.ok) return text(response, 400, `The page described no browser: ${checked.problems[0]}.`);
      // A page that is opened again, or a second one, takes the place of the first, and gets its cell.
      page = randomBytes(8).toString('hex');
      waiting?.destroy();
      waiting = undefined;
      queue.length = 0;
      if (work !== undefined) queue.push(messageOf(work));
      told(checked.value);
      json(response, { page });
    },
    'POST refused': async (request, response) => {
      const { sentence } = (await bodyOf(request)) as { readonly sentence?: unknown };
      refused(new RunError(`The browser runs no cells: ${printable(String(sentence).slice(0, 1000))}`));
      response.writeHead(204).end();
    },
    'GET next': (_, response, of) => {
      if (of !== page)
        return text(response, 409, 'Another page has taken over; this one has nothing more to do.');
      waiting?.writeHead(204).end();
      waiting = response;
      const timer = setTimeout(() => {
        if (waiting === response) waiting = undefined;
        response.writeHead(204).end();
      }, waitMs);
      response.on('close', () => {
        clearTimeout(timer);
        if (waiting === response) waiting = undefined;
      });
      response.on('finish', () => clearTimeout(timer));
      flush();
    },
    'POST outcome': async (request, response, of) => {
      const { cellId, outcome } = (await bodyOf(request)) as FromPage;
      if (of !== page || work?.cell.cellId !== cellId) return response.writeHead(204).end();
      const { finish } = work;
      response.writeHead(204).end();
      finish(checkedOutcome(outcome));
    },
  };
  const http = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const name = url.pathname.startsWith(`/${token}/`) ? url.pathname.slice(token.length + 2) : undefined;
    response.setHeader('cache-control', 'no-store');
    response.setHeader('content-security-policy', policy);
    response.setHeader('cross-origin-opener-policy', 'same-origin');
    response.setHeader('cross-origin-embedder-policy', 'require-corp');
    if (name === undefined)
      return text(response, 404, 'There is nothing here. Open the whole address that the program printed.');
    const file = name === '' ? 'index.html' : name;
    const answer = answers[`${request.method} ${name}`];
    if (answer !== undefined)
      return void Promise.resolve(answer(request, response, url.searchParams.get('page'))).catch((error) =>
        text(response, 400, error instanceof Error ? error.message : String(error)),
      );
    const content = Object.hasOwn(files, file) ? files[file] : undefined;
    if (content === undefined) return text(response, 404, 'There is no such file.');
    response.setHeader('content-type', types[file.split('.').at(-1) ?? ''] ?? 'text/plain');
    return response.end(content);
  });

  const executor: Executor = {
    run: (cell, interrupt) => {
      if (interrupt.aborted) return Promise.resolve({ kind: 'interrupted' });
      if (failure !== undefined) return Promise.resolve(ended(failure));
      return new Promise((resolve) => {
        const finish = (outcome: CellOutcome): void => {
          clearTimeout(timer);
          interrupt.removeEventListener('abort', onInterrupt);
          work = undefined;
          done++;
          resolve(outcome);
        };
        const onInterrupt = (): void => {
          send({ kind: 'stop', cellId: cell.cellId });
          finish({ kind: 'interrupted' });
        };
        // The page keeps the time of a cell; this is for a page that is gone, and comes back too late.
        const timer = setTimeout(() => {
          send({ kind: 'stop', cellId: cell.cellId });
          finish({
            kind: 'measured',
            measurement: timeoutMeasurement(cell, 'the page did not answer in time'),
          });
        }, cell.timeoutMs + graceMs);
        interrupt.addEventListener('abort', onInterrupt);
        work = { cell, finish };
        send(messageOf(work));
      });
    },
    close: async () => {},
  };
  const server: PageServer = {
    address: '',
    environment,
    executor,
    planned: 0,
    fail: (sentence) => {
      failure = sentence;
      refused(new RunError(sentence));
      work?.finish(ended(sentence));
    },
    close: async (sentence) => {
      send({ kind: 'end', sentence });
      // The page fetches its farewell; one that is gone does not hold the program up.
      if (queue.length > 0) await new Promise((resolve) => setTimeout(resolve, 500));
      http.closeAllConnections();
      await new Promise<void>((resolve) => http.close(() => resolve()));
    },
  };
  await new Promise<void>((resolve, reject) => {
    http.on('error', ({ message }) =>
      reject(
        new UsageError(`The page cannot be served on port ${port}: ${message}. Choose another with --port.`),
      ),
    );
    http.listen(port, '127.0.0.1', resolve);
  });
  return Object.assign(server, {
    address: `http://127.0.0.1:${(http.address() as AddressInfo).port}/${token}/`,
  });
}

/** What a page says is held against the schema, as what a process says is. */
function checkedOutcome(outcome: CellOutcome): CellOutcome {
  if (outcome.kind !== 'measured') return outcome;
  const checked = outcomeOf(outcome.measurement);
  if (checked.kind !== 'measured') return checked;
  const { wallMs } = outcome.cost ?? {};
  return typeof wallMs === 'number' && Number.isFinite(wallMs) ? { ...checked, cost: { wallMs } } : checked;
}

function ended(sentence: string): CellOutcome {
  return { kind: 'measured', measurement: { status: 'error', reason: sentence } };
}

function json(response: ServerResponse, content: unknown): void {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(content));
}

function text(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(sentence);
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += (part as Buffer).byteLength;
    if (bytes > largestBodyBytes) throw new Error('The page sent more than 64 MiB at once.');
    parts.push(part as Buffer);
  }
  return JSON.parse(Buffer.concat(parts).toString('utf8'));
}
