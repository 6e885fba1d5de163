import { convolutionalLayers } from './networks.ts';
import type { HypergradientWork, NetworkName, Work } from './work.ts';

export type Group =
  | 'matmul'
  | 'conv2d'
  | 'bandwidth'
  | 'training'
  | 'cold-start'
  | 'horizon'
  | 'hypergradient';

export interface Row {
  readonly name: string;
  readonly group: Group;
  readonly title: string;
  readonly work: Work;
  /** Largest error allowed, over the largest element of the result. */
  readonly tolerance: number;
}

export type Profile = 'quick' | 'full';
export const profiles: readonly Profile[] = ['quick', 'full'];

const matmul = (rows: number, inner: number, columns: number, batch = 1): Row => ({
  name: batch === 1 ? `matmul-${rows}` : `matmul-${batch}x${rows}x${inner}x${columns}`,
  group: 'matmul',
  title:
    batch === 1
      ? `${rows} × ${inner} · ${inner} × ${columns}`
      : `${batch} × [${rows}×${inner}]·[${inner}×${columns}]`,
  work: { kind: 'matmul', batch, rows, inner, columns },
  tolerance: 1e-5,
});

const passes = ['forward', 'input-gradient', 'filter-gradient'] as const;

/** The convolutions of a few-shot network: 25 images of 28 × 28, halved by pooling after each layer. */
function convolutions(filters: number): readonly Row[] {
  const rows: Row[] = [];
  let size = 28;
  for (let layer = 1; layer <= convolutionalLayers; layer++) {
    const inChannels = layer === 1 ? 1 : filters;
    for (const pass of passes) {
      rows.push({
        name: `conv2d-${pass}-${size}x${size}x${inChannels}-${filters}`,
        group: 'conv2d',
        title: `${pass.replace('-', ' ')} [25,${size},${size},${inChannels}] → ${filters}`,
        work: { kind: 'convolution', pass, images: 25, size, inChannels, outChannels: filters },
        tolerance: 1e-5,
      });
    }
    size = Math.floor(size / 2);
  }
  return rows;
}

function bandwidth(power: number): readonly Row[] {
  const elements = 2 ** power;
  const rows = 2 ** Math.floor(power / 2);
  const columns = elements / rows;
  const title = (text: string) => `${text}, 2^${power} elements`;
  const pointwise = (expression: 'add' | 'fused', text: string): Row => ({
    name: `${expression}-2e${power}`,
    group: 'bandwidth',
    title: title(text),
    work: { kind: 'pointwise', expression, elements },
    tolerance: 1e-6,
  });
  const reduction = (over: 'all' | 'rows' | 'columns', text: string): Row => ({
    name: `sum-${over}-2e${power}`,
    group: 'bandwidth',
    title: title(text),
    work: { kind: 'reduction', over, rows, columns },
    tolerance: 1e-4,
  });
  return [
    pointwise('add', 'a + b'),
    pointwise('fused', 'a · b + tanh(c)'),
    reduction('all', 'sum'),
    reduction('rows', 'row sums'),
    reduction('columns', 'column sums'),
  ];
}

const innerSteps = 5;

const networkTitles: Readonly<Record<NetworkName, string>> = {
  mlp: 'MLP 784-64-64-10, batch 32',
  convolutional: '4-layer conv, 32 filters, batch 25',
  sine: 'sine network 1-40-40-1, 10 points',
};

const training: readonly Row[] = (['sine', 'mlp', 'convolutional'] as const).flatMap((network): Row[] => {
  const text = networkTitles[network];
  return [
    {
      name: `sgd-step-${network}`,
      group: 'training',
      title: `SGD step, ${text}`,
      work: { kind: 'descent-step', network },
      tolerance: 1e-4,
    },
    {
      name: `maml-gradient-${network}`,
      group: 'training',
      title: `MAML gradient, T = ${innerSteps}, ${text}`,
      work: { kind: 'maml-gradient', network, steps: innerSteps },
      // Two orders through relu and max: a rounding error may turn a switch. Among the eight million of the convolutional network one of PyTorch's, on
      // one thread, comes to 1.2 % of an element; the first-order gradient is 18 % away at the least.
      tolerance: network === 'convolutional' ? 5e-2 : 1e-2,
    },
  ];
});

/** From a process that has just opened its device to the first step done, with nothing in the driver's cache of shaders. */
const coldStart = (network: NetworkName): Row => ({
  name: `first-step-${network}`,
  group: 'cold-start',
  title: `first step from nothing, ${networkTitles[network]}`,
  work: { kind: 'descent-step', network },
  tolerance: 1e-4,
});

const horizons: readonly Row[] = [100, 10_000].map((steps) => ({
  name: `horizon-${steps}`,
  group: 'horizon',
  title: `T = ${steps.toLocaleString('en-US')} steps of a small problem`,
  work: { kind: 'horizon', steps },
  tolerance: 1e-3,
}));

const hypergradientTitles = {
  'inner-steps': 'inner steps alone',
  'exact-reverse': 'exact reverse',
  'one-step': 'one-step',
  neumann: 'Neumann, 5 terms',
  hyperdistill: 'HyperDistill, fixed θ',
} as const satisfies Record<HypergradientWork['method'], string>;

/** Sizes of the problems of hypergradients: quadratics with long horizons, and ten sine waves with as many hyperparameters as were published. */
const hypergradientSizes = {
  tracking: { steps: 1000, weights: 1000, hyperparameters: 100 },
  rates: { steps: 1000, weights: 1000, hyperparameters: 100 },
  sine: { steps: 30, weights: 101, hyperparameters: 20_400 },
} as const satisfies Record<HypergradientWork['problem'], object>;

/** T inner steps, and a hypergradient after them. */
const hypergradients: readonly Row[] = (['tracking', 'rates', 'sine'] as const).flatMap((problem) =>
  (Object.keys(hypergradientTitles) as HypergradientWork['method'][]).map((method): Row => {
    const sizes = hypergradientSizes[problem];
    const [p, T] = [sizes.hyperparameters, sizes.steps].map((count) => count.toLocaleString('en-US'));
    return {
      name: `${problem}-${method}`,
      group: 'hypergradient',
      title: `${problem}, p = ${p}, T = ${T}: ${hypergradientTitles[method]}`,
      work: { kind: 'hypergradient', problem, method, ...sizes, terms: 5, gamma: 0.99, theta: 0.02 },
      // Near the end of a descent α is a small difference of float32 numbers: both libraries are 2e-4 away.
      tolerance: 1e-3,
    };
  }),
);

/** All rows of a profile. */
export function rowsOf(profile: Profile): readonly Row[] {
  const largest = profile === 'quick' ? 22 : 24;
  return [
    matmul(256, 256, 256),
    matmul(64, 64, 64),
    matmul(512, 512, 512),
    matmul(1024, 1024, 1024),
    matmul(25, 576, 64, 32),
    ...convolutions(32),
    ...convolutions(64),
    ...bandwidth(20),
    ...bandwidth(largest),
    ...training,
    coldStart('mlp'),
    ...(profile === 'full' ? [coldStart('convolutional')] : []),
    ...horizons,
    ...hypergradients,
  ];
}
