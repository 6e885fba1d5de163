/** @file A pointwise fusion group: each thread computes elements of all results of one size, four neighbours at a time where it can. */
import type { AdapterProfile } from '../../adapters/profile.ts';
import { elementCount } from '../../graph/shape.ts';
import { variable } from '../../indexing/index-expression.ts';
import { fillFrame, parameterLines } from '../../kernels/frame.ts';
import { pointwiseFamily } from '../../kernels/generated.ts';
import { readWgsl } from '../../kernels/source.ts';
import { quadIndex } from '../emit/value.ts';
import { type Listed, lanesRefusal, listedConfiguration, trafficOf } from '../listed.ts';
import type { Fusion } from '../schedule.ts';
import {
  type FusionContext,
  fusionLabel,
  grid,
  ModuleParts,
  opaqueZero,
  type UnfinishedKernel,
  writtenNodes,
} from './fusion-kernel.ts';

const frame = readWgsl(new URL('../../kernels/pointwise/pointwise.wgsl', import.meta.url));

/**
 * Rounds of the loop in each workgroup: much work per workgroup where launching one is dear.
 *
 * Measured on lavapipe (8 lanes, 2 cores), 2026-11: a workgroup costs 0.3 µs, 16 of them keep its threads busy, and 8 threads
 * of 512 rounds beat 64 of 64: a · b + tanh(c) of 2^22 elements 9.9 GB/s against 9.2, of 2^24 9.2 against 4.5, copies of 2^20
 * 22.5 against 19.0; from 2^11 to 2^17 elements they are equal to 1.2 times as fast.
 */
function roundsOf(items: number, { threads, groupsWanted, mostRounds }: AdapterProfile): number {
  return Math.max(1, Math.min(mostRounds, Math.floor(items / (threads * groupsWanted))));
}

export function pointwiseKernel(context: FusionContext): UnfinishedKernel {
  const { fusion, schedule, adapter } = context;
  const key = `${fusion.count}:${trafficOf(fusion, schedule)}`;
  const listed = listedConfiguration(pointwiseFamily, key, adapter, ({ KERNEL, LANES }) =>
    KERNEL === 'quads' && !mayBeQuads(fusion)
      ? 'needs elements of which four neighbours can be had at a time'
      : lanesRefusal(Number(LANES), adapter),
  );
  if (listed.configuration !== undefined)
    return pointwise(context, listed.configuration.KERNEL === 'quads', listed).kernel;
  const { kernel, scatteredLoads } = pointwise(context, true, listed);
  // Scattered loads gain nothing from being done four at a time, and llvmpipe compiles each place of the code for 5 ms.
  const narrow = scatteredLoads > 0 && fusion.count <= adapter.profile.scatteredLoadsAlone;
  return narrow ? pointwise(context, false, listed).kernel : kernel;
}

/** Whether four neighbours can be an item. */
function mayBeQuads({ nodes, count }: Fusion): boolean {
  const loops = nodes.some((tensor) => {
    const { lower } = tensor.op;
    return lower.kind === 'indexed' && lower.reads !== 'once' && lower.lanes !== true;
  });
  return count % 4 === 0 && !loops;
}

function pointwise(
  context: FusionContext,
  mayBeWide: boolean,
  { configuration, chosen }: Listed,
): { readonly kernel: UnfinishedKernel; readonly scatteredLoads: number } {
  const { fusion, adapter } = context;
  const written = writtenNodes(context);
  const wide = mayBeWide && mayBeQuads(fusion);
  const items = wide ? fusion.count / 4 : fusion.count;
  const threads = Number(configuration?.LANES ?? adapter.profile.threads);
  const rounds = Number(configuration?.ROUNDS ?? roundsOf(items, adapter.profile));
  const groups = Math.ceil(items / (threads * rounds));
  const workgroups = grid(groups, adapter);

  const parts = new ModuleParts(context);
  const emitter = parts.emitter(new Map(), '', opaqueZero(adapter));
  const body = () => {
    emitter.declare('item');
    emitter.declare('lane');
    const linear = wide ? quadIndex('item', items) : variable('item', items);
    emitter.storeAll(written, linear, context.storageOf);
  };
  const loop = emitter.detached(body);
  const parameters = {
    sizes: { THREADS: threads },
    constants: { ROUNDS: rounds, ITEMS: items, GROUPS_X: workgroups[0] },
  };
  const main = fillFrame(frame, { 'before the loop': emitter.text, 'an item': loop });
  const kernel: UnfinishedKernel = {
    label: fusionLabel(fusion),
    ...parts.module(`${parameterLines(parameters)}\n${main}`),
    regions: parts.bindings.regions,
    workgroups,
    usesStepIndex: parts.usesStepIndex,
    variant: undefined,
    ...(chosen === undefined ? {} : { chosen }),
    operations: fusion.nodes.reduce((sum, tensor) => sum + elementCount(tensor.shape), 0),
  };
  return { kernel, scatteredLoads: emitter.scatteredLoads };
}
