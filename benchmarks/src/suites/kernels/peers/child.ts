/** @file The process of one library: opens it, makes works ready, takes samples. Started by `connection.ts`. */
import { countCommands, type HostOptions, installWebGpu } from './host.ts';
import { CannotDo, type Library, type LibraryName, type Prepared } from './library.ts';
import type { Answers, Reply, Request } from './protocol.ts';

const count = countCommands();
let library: Library | undefined;
let prepared: Prepared | undefined;

async function openLibrary(name: LibraryName, options: HostOptions): Promise<Library> {
  switch (name) {
    case 'longhorizon':
      return (await import('./longhorizon.ts')).open(options);
    case 'pytorch':
    case 'pytorch-cuda':
      throw new Error(`internal: ${name} runs in Python.`);
    case 'copy':
      return (await import('./copy.ts')).open(options);
    case 'tfjs-webgpu': {
      const host = await installWebGpu(options);
      return (await import('./tfjs-webgpu.ts')).open(host);
    }
    case 'jax-js': {
      const host = await installWebGpu(options);
      return (await import('./jax-js.ts')).open(host);
    }
    case 'gpu.js': {
      const host = await installWebGpu(options);
      return (await import('./gpu-js.ts')).open(host);
    }
  }
}

async function answer(request: Request): Promise<Answers[Request['kind']]> {
  switch (request.kind) {
    case 'open':
      library = await openLibrary(request.library, request.options);
      return { adapter: pick(library.adapter) };
    case 'prepare': {
      const start = performance.now();
      prepared = await library!.prepare(request.work);
      const outputs = await prepared.first();
      return { firstMs: performance.now() - start, outputs, facts: prepared.facts?.() ?? {} };
    }
    case 'sample': {
      await prepared!.settle?.();
      const { dispatches, submissions } = count;
      const start = performance.now();
      await prepared!.run(request.times);
      const ms = (performance.now() - start) / request.times;
      return {
        ms,
        dispatches: (count.dispatches - dispatches) / request.times,
        submissions: (count.submissions - submissions) / request.times,
      };
    }
    case 'release': {
      const facts = prepared?.facts?.() ?? {};
      prepared?.release();
      prepared = undefined;
      return facts;
    }
    case 'close':
      await library?.close();
      return {};
  }
}

function pick({ vendor, architecture, device, description }: Library['adapter']): Library['adapter'] {
  return { vendor, architecture, device, description };
}

process.on('message', async (request: Request) => {
  let reply: Reply;
  try {
    reply = { ok: true, answer: await answer(request) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    reply = { ok: false, cannot: error instanceof CannotDo, reason };
  }
  process.send!(reply, () => {
    if (request.kind === 'close') process.disconnect();
  });
});
// The parent is gone: nothing to answer any more.
process.on('disconnect', () => process.exit(0));
