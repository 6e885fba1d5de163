/** @file Filter gradient: one body, several tile shapes, with and without subgroups. */
import { u32 } from '../../../graph/wgsl-numbers.ts';
import type { Conv2dProblem, EmittedKernel, KernelAdapter, KernelVariant } from '../../contraction.ts';
import { parallelTime } from '../../cost.ts';
import { fillFrame, numberedBySubgroup } from '../../frame.ts';
import { gridLimit, lanesLimit } from '../../launch.ts';
import { shareFunction } from '../../share.ts';
import { readWgsl } from '../../source.ts';
import { compileMilliseconds, serialTime, software } from '../cost.ts';
import { emptyProblem, longSum, matrixView, shapeConstants, workgroupLanes } from '../problem.ts';

const body = readWgsl(new URL('./filter.wgsl', import.meta.url));
const sharedBody = numberedBySubgroup(body);
const rowFiles = {
  vector: readWgsl(new URL('./rows.vector.wgsl', import.meta.url)),
  scalar: readWgsl(new URL('./rows.scalar.wgsl', import.meta.url)),
};
const columnFiles = {
  vector: readWgsl(new URL('./columns.vector.wgsl', import.meta.url)),
  scalar: readWgsl(new URL('./columns.scalar.wgsl', import.meta.url)),
};
const stores = {
  vector: readWgsl(new URL('../common/store.vector.wgsl', import.meta.url)),
  scalar: readWgsl(new URL('../common/store.scalar.wgsl', import.meta.url)),
};

/** Output pixels that a sum adds one by one where it is long: see {@link longSum}. */
const blockPixels = 512;

/** The places of the body where a long sum is cut into blocks of whole lines; a short one is one chain. */
function blocksOf({ images, outHeight, outWidth }: Conv2dProblem): Readonly<Record<string, string>> {
  if (images * outHeight * outWidth <= longSum)
    return { totals: '', 'after a line': '', write: 'write4(batch, row, column, sums[i]);' };
  const lines = Math.max(1, Math.floor(blockPixels / outWidth));
  return {
    totals: 'var<private> totals: array<vec4<f32>, SUMS>;',
    'after a line': `if ((oh + 1u) % ${u32(lines)} == 0u || oh + 1u == OUT_HEIGHT()) {
  for (var i = 0u; i < SUMS; i++) {
    totals[i] += sums[i];
    sums[i] = vec4<f32>();
  }
}`,
    write: 'write4(batch, row, column, totals[i]);',
  };
}

/** What the lanes of a team hand round, each named by a number: see {@link shareFunction}. */
function teamText({ columnLanes }: FilterTile): string {
  return Array.from({ length: columnLanes }, (_, lane) => {
    const at = `(g * COLUMN_LANES + ${lane}u) * LANE_ROWS`;
    return `add_outer(${at}, share(own, team, ${lane}u), cotangent);`;
  }).join('\n');
}

export interface FilterTile {
  /** Lanes side by side along columns, four columns each; 1 needs no subgroups. */
  readonly columnLanes: number;
  /** Invocations of a workgroup; see {@link workgroupLanes} where left out. */
  readonly lanes?: number;
  /** Most sets of rows that a lane has; four where left out. */
  readonly mostRowGroups?: number;
}

interface FilterShape {
  readonly lanes: number;
  readonly rowAccess: 'vector' | 'scalar';
  readonly columnAccess: 'vector' | 'scalar';
  /** Neighbouring rows that one lane loads at once. */
  readonly laneRows: number;
  /** How many such sets a lane has. */
  readonly rowGroups: number;
}

function shapeOf(problem: Conv2dProblem, adapter: KernelAdapter, tile: FilterTile): FilterShape {
  const alone = tile.columnLanes === 1;
  const lanes = tile.lanes ?? workgroupLanes(adapter, !alone);
  const rowAccess = problem.aAligned && problem.inChannels % 4 === 0 ? 'vector' : 'scalar';
  const columnAccess = problem.bAligned && problem.outChannels % 4 === 0 ? 'vector' : 'scalar';
  const laneRows = rowAccess === 'vector' ? 4 : 1;
  // Up to 128 sums of a lane with subgroups (32 rows × 4 columns), fewer alone, and no more rows than there are.
  const most = alone ? 8 / laneRows : Math.max(1, 32 / (laneRows * tile.columnLanes));
  const needed = Math.ceil(matrixView(problem).rows / (Math.max(1, lanes) * laneRows));
  return {
    lanes,
    rowAccess,
    columnAccess,
    laneRows,
    rowGroups: Math.min(tile.mostRowGroups ?? 4, most, needed),
  };
}

function workgroupsOf(
  problem: Conv2dProblem,
  adapter: KernelAdapter,
  tile: FilterTile,
): EmittedKernel['workgroups'] {
  const { lanes, laneRows, rowGroups } = shapeOf(problem, adapter, tile);
  const { rows, columns } = matrixView(problem);
  return [
    Math.ceil(rows / (lanes * laneRows * rowGroups)),
    Math.ceil(columns / (4 * tile.columnLanes)),
    problem.tasks,
  ];
}

function emit(problem: Conv2dProblem, adapter: KernelAdapter, tile: FilterTile): EmittedKernel {
  const { lanes, rowAccess, columnAccess, rowGroups } = shapeOf(problem, adapter, tile);
  const { columns } = matrixView(problem);
  const store = columns % 4 === 0 ? 'vector' : 'scalar';
  const shared = tile.columnLanes > 1;
  return {
    wgsl: [
      rowFiles[rowAccess],
      columnFiles[columnAccess],
      stores[store],
      shareFunction('Patch', lanes, tile.columnLanes),
      fillFrame(shared ? sharedBody : body, {
        ...blocksOf(problem),
        'lanes of the team': teamText(tile),
      }),
    ].join('\n'),
    constants: shapeConstants(problem),
    sizes: { LANES: lanes, ROW_GROUPS: rowGroups, COLUMN_LANES: tile.columnLanes },
    uses: [
      rowAccess === 'vector' ? 'load4_a' : 'load_a',
      columnAccess === 'vector' ? 'load4_b' : 'load_b',
      store === 'vector' ? 'store4' : 'store',
    ],
    enables: shared ? ['subgroups'] : [],
    workgroups: workgroupsOf(problem, adapter, tile),
  };
}

function nanoseconds(problem: Conv2dProblem, adapter: KernelAdapter, tile: FilterTile): number {
  const { lanes, rowAccess, columnAccess, laneRows, rowGroups } = shapeOf(problem, adapter, tile);
  const groups = workgroupsOf(problem, adapter, tile).reduce((product, count) => product * count, 1);
  const { depth, columns } = matrixView(problem);
  const sums = tile.columnLanes * laneRows * rowGroups;
  const loads4 = (rowAccess === 'vector' ? rowGroups : 0) + (columnAccess === 'vector' ? 1 : 0);
  const loads1 = (rowAccess === 'scalar' ? rowGroups : 0) + (columnAccess === 'scalar' ? 4 : 0);
  const { cost } = adapter.profile;
  if (cost.kind === 'parallel') {
    return parallelTime(cost, depth * (4 * sums + 4 * loads4 + 4 * loads1), groups, lanes);
  }
  const perPixel = (4 * loads4 + loads1) * software.element + 4 * sums * software.multiplyAdd;
  const perStore = columns % 4 === 0 ? software.store4 : software.store1;
  return serialTime(
    cost,
    groups,
    (lanes / 8) * (depth * perPixel + sums * perStore),
    compileMilliseconds(loads4, loads1, 4 * sums),
  );
}

export function filterVariant(tile: FilterTile): KernelVariant<Conv2dProblem> {
  const shared = tile.columnLanes > 1;
  return {
    name: [
      `filter-${4 * tile.columnLanes}`,
      ...(tile.lanes === undefined ? [] : [`lanes${tile.lanes}`]),
      ...(tile.mostRowGroups === undefined ? [] : [`rows${tile.mostRowGroups}`]),
    ].join('-'),
    doc: shared
      ? `A subgroup loads its rows and ${4 * tile.columnLanes} columns once a pixel, and shares them by shuffles.`
      : 'Each lane loads its rows and 4 columns for itself and keeps their products in registers.',
    prerequisites: (problem, adapter) => {
      if (problem.kind !== 'filterGradient') return 'computes the filter gradient only';
      const { lanes } = shapeOf(problem, adapter, tile);
      if (lanes < tile.columnLanes || lanes === 0) {
        return `needs subgroups of at least ${Math.max(4, tile.columnLanes)} invocations`;
      }
      return (
        lanesLimit(tile.lanes, shared, adapter) ??
        emptyProblem(problem) ??
        gridLimit(workgroupsOf(problem, adapter, tile), adapter)
      );
    },
    score: (problem, adapter) => 1e9 / nanoseconds(problem, adapter, tile),
    emit: (problem, adapter) => emit(problem, adapter, tile),
  };
}
