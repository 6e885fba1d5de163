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
  const targets: Target[] = [];
  const times = (value: number): string => `${value.toFixed(2)}×`;
  const percent = (share: number): string => `${Math.round(100 * share)} %`;

  const contractions = ofGroups('matmul', 'conv2d').flatMap((result) => {
    const best = bestPeer(result);
    return best === undefined ? [] : [{ name: result.row.name, ...best }];
  });
  if (contractions.length > 0) {
    const mean = geometricMean(contractions.map(({ ratio }) => ratio));
    const least = contractions.reduce((a, b) => (b.ratio < a.ratio ? b : a));
    targets.push({
      text: `matmul and conv2d over the best peer, geometric mean of ${contractions.length} rows`,
      wanted: '≥ 2.50×',
      found: times(mean),
      reached: mean >= 2.5,
    });
    targets.push({
      text: 'the slowest of these rows over its best peer',
      wanted: '≥ 1.00×',
      found: `${times(least.ratio)} (${least.name}, ${least.library})`,
      reached: least.ratio >= 1,
    });
  }
  const shares = ofGroups('bandwidth').flatMap((result) => {
    const share = shareOfCopy(result);
    return share === undefined ? [] : [{ name: result.row.name, share }];
  });
  if (shares.length > 0) {
    const least = shares.reduce((a, b) => (b.share < a.share ? b : a));
    targets.push({
      text: `pointwise and reductions: least share of the copy kernel's bandwidth, ${shares.length} rows`,
      wanted: '≥ 60 %',
      found: `${percent(least.share)} (${least.name})`,
      reached: least.share >= 0.6,
    });
  }
  for (const result of ofGroups('training')) {
    const ratio = speedUp(result, 'jax-js');
    if (ratio === undefined) continue;
    targets.push({
      text: `${result.row.title}, over jax-js`,
      wanted: '≥ 3.00×',
      found: times(ratio),
      reached: ratio >= 3,
    });
  }
  for (const result of ofGroups('cold-start')) {
    const ratio = speedUp(result, 'jax-js');
    if (ratio === undefined) continue;
    targets.push({
      text: `${result.row.title}: time as a share of jax-js's`,
      wanted: '≤ 10 %',
      found: percent(1 / ratio),
      reached: ratio >= 10,
    });
  }
  const [short, long] = ofGroups('horizon');
  const perStep = (result: RowResult): number | undefined => {
    const ms = medianMs(result, 'longhorizon');
    return ms === undefined || result.row.work.kind !== 'horizon' ? undefined : ms / result.row.work.steps;
  };
  if (short !== undefined && long !== undefined) {
    const [a, b] = [perStep(short), perStep(long)];
    if (a !== undefined && b !== undefined) {
      targets.push({
        text: 'time per step at T = 10,000 over that at T = 100',
        wanted: '≤ 1.10',
        found: (b / a).toFixed(2),
        reached: b / a <= 1.1,
      });
    }
    const bytes = [short, long].map((result) => armOf(result, 'longhorizon')?.facts?.peakBytes);
    if (bytes[0] !== undefined && bytes[1] !== undefined) {
      targets.push({
        text: 'peak bytes at T = 10,000 and at T = 100',
        wanted: 'equal',
        found: `${bytes[1].toLocaleString('en-US')} and ${bytes[0].toLocaleString('en-US')}`,
        reached: bytes[0] === bytes[1],
      });
    }
  }
  return targets;
}
