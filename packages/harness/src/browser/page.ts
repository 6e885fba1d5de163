/** @file The page that `bench browser` serves: it asks its program for cells, has its worker run them, and sends back what they came to. */
import { describeCell } from '../cell/config.ts';
import type { CellOutcome } from '../run/cell-runner.ts';
import type { FromPage, ToPage } from './messages.ts';
import { type WorkerLike, workerExecutor } from './worker-executor.ts';

/** What a page does its work with. */
export interface PageOptions {
  readonly startWorker: () => WorkerLike;
  /** Shows a sentence: what is at work, or why nothing is. */
  readonly show: (sentence: string) => void;
  /** Whether the page cannot be seen just now: browsers may slow it down then. */
  readonly isHidden: () => boolean;
  /** Called when a page is hidden or shown. */
  readonly onVisibility: (listener: () => void) => void;
}

const noteOnHidden =
  'the page was not in view all the time; browsers slow such pages down, and times may be longer';

/**
 * Runs the cells that the program which served this page hands out, until it says that there are no more.
 *
 * @returns when there is nothing more to do; what went wrong is shown
 */
export async function runPage(options: PageOptions): Promise<void> {
  const executor = workerExecutor(options.startWorker);
  try {
    options.show('Opening the device …');
    const environment = await executor.describe();
    const { page } = (await post('hello', environment)) as { readonly page: string };
    await serve(page, executor, options);
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    options.show(sentence);
    await post('refused', { sentence }).catch(() => {});
  } finally {
    await executor.close();
  }
}

async function serve(
  page: string,
  executor: ReturnType<typeof workerExecutor>,
  { show, isHidden, onVisibility }: PageOptions,
): Promise<void> {
  let atWork: { readonly cellId: string; readonly stop: AbortController; hidden: boolean } | undefined;
  onVisibility(() => {
    if (atWork !== undefined && isHidden()) atWork.hidden = true;
  });
  let sending: Promise<unknown> = Promise.resolve();
  for (;;) {
    const message = await next(page);
    if (message === undefined) continue;
    if (message.kind === 'end') {
      await sending;
      return show(message.sentence);
    }
    if (message.kind === 'stop') {
      if (atWork?.cellId === message.cellId) atWork.stop.abort();
      continue;
    }
    const { cell, done, planned } = message;
    const own = { cellId: cell.cellId, stop: new AbortController(), hidden: isHidden() };
    atWork = own;
    show(`${done} of ${planned} cells are done. At work: ${describeCell(cell.config)}`);
    sending = executor.run(cell, own.stop.signal).then((outcome) => {
      const answer: FromPage = {
        cellId: cell.cellId,
        outcome: own.hidden ? noteHidden(outcome) : outcome,
      };
      return post(`outcome?page=${page}`, answer);
    });
  }
}

/** An outcome with a note that the page was out of view meanwhile. */
export function noteHidden(outcome: CellOutcome): CellOutcome {
  if (outcome.kind !== 'measured') return outcome;
  const { measurement } = outcome;
  return { ...outcome, measurement: { ...measurement, notes: [...(measurement.notes ?? []), noteOnHidden] } };
}

/** The next message; undefined where there was none for a while. @throws Error when the program is gone, or has another page */
async function next(page: string): Promise<ToPage | undefined> {
  const response = await reach(`next?page=${page}`);
  return response.status === 204 ? undefined : ((await response.json()) as ToPage);
}

async function post(path: string, content: unknown): Promise<unknown> {
  const response = await reach(path, { method: 'POST', body: JSON.stringify(content) });
  return response.status === 204 ? undefined : response.json();
}

async function reach(path: string, request: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, request);
  } catch {
    throw new Error(
      'The program that served this page does not answer any more. What it got is kept; start it again and open the address that it prints.',
    );
  }
  if (response.ok) return response;
  throw new Error((await response.text()) || `The program answered with ${response.status}.`);
}
