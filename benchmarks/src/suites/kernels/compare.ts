/** @file Rows held against the peers and against the copy kernel. */

import type { ArmResult, RowResult } from './measure.ts';
import type { LibraryName } from './peers/library.ts';
import type { Group } from './rows.ts';
import { bytesPerSecondOf } from './session.ts';
import { operationsOf } from './work.ts';

/** The peers that are held against this library on one adapter. */
export const peerNames: readonly LibraryName[] = ['tfjs-webgpu', 'jax-js', 'gpu.js'];

/** Those that compute without WebGPU, on the same machine. */
export const pythonNames: readonly LibraryName[] = ['pytorch', 'pytorch-cuda'];

export const armOf = ({ arms }: RowResult, library: LibraryName): ArmResult | undefined =>
  arms.find((arm) => arm.library === library);

/** Median milliseconds of a call. */
function medianMs(result: RowResult, library: LibraryName): number | undefined {
  return armOf(result, library)?.phase?.summary.median ?? undefined;
}

/** How many times faster this library is than another; undefined where either has no time. */
function speedUp(result: RowResult, over: LibraryName): number | undefined {
  const [own, other] = [medianMs(result, 'longhorizon'), medianMs(result, over)];
  return own === undefined || other === undefined ? undefined : other / own;
}

/** The fastest of some peers of a row, those on the adapter where left out, and how many times faster this library is. */
export function bestPeer(
  result: RowResult,
  among: readonly LibraryName[] = peerNames,
): { readonly library: LibraryName; readonly ratio: number } | undefined {
  const peers = among.flatMap((library) => {
    const ratio = speedUp(result, library);
    return ratio === undefined ? [] : [{ library, ratio }];
  });
  return peers.sort((a, b) => a.ratio - b.ratio)[0];
}

/** Bandwidth of this library over that of the copy kernel beside it. */
export function shareOfCopy(result: RowResult): number | undefined {
  const [own, copy] = [bytesPerSecondOf(result, 'longhorizon'), bytesPerSecondOf(result, 'copy')];
  return own === undefined || copy === undefined ? undefined : own / copy;
}

/** Operations a second, where operations are what counts. */
export function operationsPerSecond(result: RowResult): number | undefined {
  const [operations, ms] = [operationsOf(result.row.work), medianMs(result, 'longhorizon')];
  return operations === undefined || ms === undefined ? undefined : operations / (ms / 1000);
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/**
 * Contractions of one training step, each a dispatch of its own, and the sums over whole batches between them that nothing
 * can be fused across. Everything else could be a prologue or an epilogue of these.
 *
 * - MLP: three products forward, two gradients to the layers below, three to the weights.
 * - Convolutional: four convolutions and the head forward, three and one to the layers below, four and one to the weights;
 *   batch norm's statistics in each of four layers, forward and back.
 */
export const fewestDispatches: Readonly<Record<string, number>> = {
  'sgd-step-mlp': 3 + 2 + 3,
  'sgd-step-convolutional': 4 + 1 + (3 + 1) + (4 + 1) + (4 + 4),
};

/** One thing that the benchmark is to reach, and whether it did. */
export interface Target {
  readonly text: string;
  readonly wanted: string;
  readonly found: string;
  readonly reached: boolean;
}

/** What the rows measured so far say about the targets; a target without its rows is left out. */
export function targetsOf(results: readonly RowResult[]): readonly Target[] {
  const ofGroups = (...groups: readonly Group[]) => results.filter(({ row }) => groups.includes(row.group));
  const times = (value: number): string => `${value.toFixed(2)}×`;
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  const targets: Target[] = [];
  const add = (text: string, wanted: string, found: string, reached: boolean) =>
    targets.push({ text, wanted, found, reached });

  const contractions = ofGroups('matmul', 'conv2d').flatMap((result) => {
    const best = bestPeer(result);
    return best === undefined ? [] : [{ name: result.row.name, ...best }];
  });
  if (contractions.length > 0) {
    const mean = geometricMean(contractions.map(({ ratio }) => ratio));
    const least = contractions.reduce((a, b) => (b.ratio < a.ratio ? b : a));
    const rows = `${contractions.length} rows`;
    add(
      `matmul and conv2d over the best peer, geometric mean of ${rows}`,
      '≥ 2.50×',
      times(mean),
      mean >= 2.5,
    );
    const found = `${times(least.ratio)} (${least.name}, ${least.library})`;
    add('the slowest of these rows over its best peer', '≥ 1.00×', found, least.ratio >= 1);
  }

  const shares = ofGroups('bandwidth').flatMap((result) => {
    const share = shareOfCopy(result);
    return share === undefined ? [] : [{ name: result.row.name, share }];
  });
  if (shares.length > 0) {
    const least = shares.reduce((a, b) => (b.share < a.share ? b : a));
    const what = `least share of the copy kernel's bandwidth, ${shares.length} rows`;
    const found = `${percent(least.share)} (${least.name})`;
    add(`pointwise and reductions: ${what}`, '≥ 60 %', found, least.share >= 0.6);
  }

  for (const result of ofGroups('training', 'cold-start')) {
    const ratio = speedUp(result, 'jax-js');
    if (ratio === undefined) continue;
    const { group, title } = result.row;
    if (group === 'training') add(`${title}, over jax-js`, '≥ 3.00×', times(ratio), ratio >= 3);
    else add(`${title}: time as a share of jax-js's`, '≤ 10 %', percent(1 / ratio), ratio >= 10);
  }

  const [short, long] = ofGroups('horizon');
  const perStep = (result: RowResult): number | undefined => {
    const ms = medianMs(result, 'longhorizon');
    return ms === undefined || result.row.work.kind !== 'horizon' ? undefined : ms / result.row.work.steps;
  };
  if (short !== undefined && long !== undefined) {
    const [a, b] = [perStep(short), perStep(long)];
    if (a !== undefined && b !== undefined)
      add('time per step at T = 10,000 over that at T = 100', '≤ 1.10', (b / a).toFixed(2), b / a <= 1.1);
    const [few, many] = [short, long].map((result) => armOf(result, 'longhorizon')?.facts?.peakBytes);
    if (few !== undefined && many !== undefined) {
      const found = `${many.toLocaleString('en-US')} and ${few.toLocaleString('en-US')}`;
      add('peak bytes at T = 10,000 and at T = 100', 'equal', found, few === many);
    }
  }
  return targets;
}
