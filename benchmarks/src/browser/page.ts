/** @file The page of `bench browser`: shows what is at work, and runs it in a worker. */
import { runPage, type WorkerLike } from '@longhorizon/harness/browser';

/** What is used of a page; its types are no part of Node's, under which everything else here is checked. */
interface PageScope {
  readonly document: {
    readonly hidden: boolean;
    querySelector(selector: string): { textContent: string } | null;
    addEventListener(name: 'visibilitychange', listener: () => void): void;
  };
  readonly Worker: new (address: string, options: { readonly type: 'module' }) => WorkerLike;
}

const { document, Worker } = globalThis as typeof globalThis & PageScope;
const status = document.querySelector('#status');

await runPage({
  startWorker: () => new Worker('worker.js', { type: 'module' }),
  show: (sentence) => {
    if (status !== null) status.textContent = sentence;
  },
  isHidden: () => document.hidden,
  onVisibility: (listener) => document.addEventListener('visibilitychange', listener),
});
