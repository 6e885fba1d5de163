/** @file A run for a cell: refused before anything is allocated where it cannot fit, and given back whatever happens. */
import { type Method, type Outcome, prepare, type Run } from '@longhorizon/bilevel';
import type { MetaOptions } from '@longhorizon/bilevel/authoring';
import { CellFailure, owned, timed } from '@longhorizon/harness';
import { type ByteCounts, totalBytes } from '@longhorizon/tensor/compiler';
import { type Case, refuseTooMuch } from './case.ts';

/** Makes a run for a cell and hands it to `use`. */
export async function withRun<Result>(
  cell: Case,
  use: (run: Run, predicted: ByteCounts) => Promise<Result>,
  options: { readonly method?: Method; readonly meta?: MetaOptions } = {},
): Promise<Result> {
  const { device, problem, config } = cell;
  const method = options.method ?? cell.method;
  let predicted: ByteCounts = {};
  using run = owned(
    await prepare(device, problem, method, {
      horizon: config.horizon,
      ...(options.meta === undefined ? {} : { meta: options.meta }),
      admit: (bytes) => {
        refuseTooMuch(device, totalBytes(bytes));
        predicted = bytes;
      },
    }),
  );
  return await use(run, predicted);
}

/** @throws CellFailure `diverged` where the inner optimisation left the finite numbers */
export function requireFinite(outcome: Outcome): Outcome {
  const { divergedAt, diverged, horizon } = outcome;
  if (divergedAt === undefined) return outcome;
  const ofInner = diverged === 'weights' || diverged === 'outer loss';
  throw new CellFailure(
    'diverged',
    ofInner
      ? `after step ${divergedAt} of ${horizon} the inner optimisation was no longer finite (${diverged}); a smaller inner learning rate may help.`
      : `after step ${divergedAt} of ${horizon} a number of the ${diverged} was not finite, though the inner optimisation was; fewer terms, damping or a smaller rate of λ may help.`,
    divergedAt,
  );
}

const compileTimes = new Map<string, number>();

/**
 * Milliseconds that compiling a method for a problem of this size took in this process: its first run from nothing, less a second one.
 * T does not enter what is compiled, and passes share it, so only the first cell can see it; null where none did.
 */
export function compileMsOf(cell: Case): number | null {
  return compileTimes.get(compileKey(cell)) ?? null;
}

/** As `withRun`, with the first outcome; takes the compile time where something is compiled. */
export async function withFirstRun<Result>(
  cell: Case,
  use: (run: Run, first: Outcome, predicted: ByteCounts) => Promise<Result>,
): Promise<Result> {
  const { device } = cell;
  const { compiled } = device.pipelineStatistics();
  const started = performance.now();
  return withRun(cell, async (run, predicted) => {
    const first = requireFinite(await run.compute());
    const firstMs = performance.now() - started;
    if (device.pipelineStatistics().compiled > compiled && compileMsOf(cell) === null) {
      const { ms } = await timed(() => run.compute());
      compileTimes.set(compileKey(cell), Math.max(0, firstMs - ms));
    }
    return use(run, first, predicted);
  });
}

function compileKey({ config }: Case): string {
  const { suite, problem, method, dimension, parameters } = config;
  return JSON.stringify([suite, problem, method, dimension, parameters]);
}
