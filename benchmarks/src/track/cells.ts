/** @file The track profile: which cells are compared between commits. Every method once, every family of problems once, every kernel row. */
import type { Suite, TrackCell } from '@longhorizon/harness';
import { phiLayout } from '@longhorizon/metaperturb';
import { attackerSizes } from '../suites/attack/problems.ts';
import { suites } from '../suites/index.ts';
import { rowsOf } from '../suites/kernels/rows.ts';

interface Block {
  readonly suite: string;
  readonly problems: readonly string[];
  /** All of the suite when left out. */
  readonly methods?: readonly string[];
  readonly without?: readonly string[];
  readonly horizons: readonly number[];
  readonly dimension: number;
}

const controls = ['no-meta-learning', 'random-search'];

/** Sizes at which a call takes milliseconds on two cores: what is compared is exact, so small sizes say as much as large ones. */
const blocks: readonly Block[] = [
  // Two horizons, so that growth with T is seen.
  {
    suite: 'hypergradient',
    problems: ['tracking'],
    without: [...controls, 'first-order'],
    horizons: [10, 40],
    dimension: 10,
  },
  {
    suite: 'hypergradient',
    problems: ['rates'],
    methods: ['exact-reverse', 'hyperdistill'],
    horizons: [10],
    dimension: 10,
  },
  {
    suite: 'hypergradient',
    problems: ['noisy-quadratic'],
    methods: ['exact-reverse'],
    horizons: [10],
    dimension: 10,
  },
  {
    suite: 'hypergradient',
    problems: ['influence-balancing'],
    methods: ['exact-reverse'],
    horizons: [10],
    dimension: 1,
  },
  {
    suite: 'hypergradient',
    problems: ['sharp-basins', 'lorenz'],
    methods: ['exact-reverse'],
    horizons: [10],
    dimension: 2,
  },
  {
    suite: 'hypergradient',
    problems: ['sinusoid-anil'],
    methods: ['exact-reverse', 'first-order'],
    horizons: [10],
    dimension: 240,
  },
  {
    suite: 'hypergradient',
    problems: ['cleaning-glyphs'],
    methods: ['exact-reverse'],
    horizons: [10],
    dimension: 10,
  },
  {
    suite: 'hypergradient',
    problems: ['decay-glyphs'],
    methods: ['exact-reverse'],
    horizons: [10],
    dimension: 170,
  },
  {
    suite: 'few-shot',
    problems: ['maml-glyphs-5w1s'],
    methods: [
      'fomaml',
      'greedy-maml',
      'imaml',
      'lazy',
      'lazy-half',
      'leap',
      'lookahead',
      'multi-step-fomaml',
      'reptile',
      'truncated-maml',
    ],
    horizons: [5],
    dimension: 1693,
  },
  { suite: 'large-scale', problems: ['quadratics'], horizons: [10], dimension: 10 },
  {
    suite: 'long-tailed',
    problems: ['generated-100'],
    methods: ['l2rw', 'lazy-weight-net'],
    horizons: [1],
    dimension: 100,
  },
];

/** Each compiles networks of its own: where the time of the exact stage is limited, they are the first to be left out. */
const lateBlocks: readonly Block[] = [
  {
    suite: 'attack',
    problems: ['generated'],
    methods: ['zeroth-order', 'random-attacker'],
    horizons: [1],
    dimension: attackerSizes[0]!,
  },
  {
    suite: 'attack',
    problems: ['generated'],
    methods: ['lazy-attacker'],
    horizons: [3],
    dimension: attackerSizes[0]!,
  },
  {
    suite: 'transfer',
    problems: ['glyphs-conv4'],
    methods: ['base', 'metaperturb-authors'],
    horizons: [1],
    dimension: phiLayout.size,
  },
];

function cellsOf(block: Block, known: readonly Suite[]): readonly TrackCell[] {
  const { suite, problems, horizons, dimension, without = [] } = block;
  const all = known.find(({ name }) => name === suite)?.methods.map(({ name }) => name) ?? [];
  const methods = (block.methods ?? all).filter((name) => !without.includes(name));
  return problems.flatMap((problem) =>
    methods.flatMap((method) =>
      horizons.map((horizon): TrackCell => ({ suite, problem, method, horizon, dimension })),
    ),
  );
}

/** All cells of the track profile, cheap ones first. */
export function trackCells(): readonly TrackCell[] {
  const known = suites.map(({ suite }) => suite);
  const rows = rowsOf('quick').map(
    ({ name }): TrackCell => ({
      suite: 'kernels',
      problem: name,
      method: 'longhorizon',
      horizon: 1,
      dimension: 0,
    }),
  );
  const cellsOfAll = (all: readonly Block[]) => all.flatMap((block) => cellsOf(block, known));
  return [...cellsOfAll(blocks), ...rows, ...cellsOfAll(lateBlocks)];
}
