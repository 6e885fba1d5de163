/** @file What the page says about the arms of the suite `transfer`. */
import type { MethodDescription } from '@longhorizon/harness';

export type TransferCard = Omit<MethodDescription, 'name' | 'title'>;

const code = 'benchmarks/src/suites/transfer/arms';
const flat = { memory: { horizon: 0, dimension: 0 }, time: { horizon: 1, dimension: 0 } };
const ryu = {
  citation:
    'Ryu, Shin, Lee and Hwang, "MetaPerturb: transferable regularizer for heterogeneous tasks and architectures", NeurIPS 2020',
};
const scale =
  'The published protocol takes 10,000 steps of batches of 128 at 32 or 84 pixels with crops and flips; profiles here say their own steps and sides, and do not augment.';

const card = (
  idea: string,
  [text, place]: readonly [string, string],
  citation: string,
  deviations: readonly string[] = [],
): TransferCard => ({
  idea,
  equation: { text, place },
  source: { citation },
  deviations: [...deviations, scale],
  theory: flat,
  code,
});

export const cards = {
  base: card(
    'Cross-entropy with Adam and decay, nothing else.',
    ['L = (1/n) Σ ℓ_i', 'standard'],
    ryu.citation,
  ),
  metaperturb: card(
    'Features are multiplied by positive noise that depends on them, by one function of 82 numbers that was learned on other tasks and stays frozen.',
    ['y = (κ(s·softplus(μ(x) + ε) − 1) + 1)·x', 'released code'],
    ryu.citation,
  ),
  untrained: card(
    'The same function before anything is learned: φ normal with deviation 0.01. What MetaPerturb gains by learning is measured from here.',
    ['φ ~ N(0, 0.01²)', 'released code'],
    ryu.citation,
  ),
  fixedNoise: card(
    'The same noise without its dependence on the input.',
    ['y = (κ(½·softplus(ε) − 1) + 1)·x', 'control'],
    ryu.citation,
  ),
  dropout: card(
    'A tenth of the features is set to zero in every training step.',
    ['y = b·x/(1 − 0.1)', 'inverted form'],
    'Srivastava et al., "Dropout", JMLR 2014',
  ),
  dropBlock: card(
    'Squares of 3 × 3 pixels are set to zero, a tenth of the features on average.',
    ['γ = (0.1/9)·(H·W)/((H − 2)(W − 2))', 'algorithm 1'],
    'Ghiasi, Lin and Le, "DropBlock: a regularization method for convolutional networks", NeurIPS 2018',
    ['The rate is 0.1 from the first step on; the paper raises it along the run.'],
  ),
  manifoldMixup: card(
    'Pairs of examples are mixed at one randomly chosen site a step, and their losses in the same shares.',
    ['g̃ = λg(x) + (1 − λ)g(x′), λ ~ Beta(2, 2)', 'section 2'],
    'Verma et al., "Manifold mixup: better representations by interpolating hidden states", ICML 2019',
    ['The input itself is no site.'],
  ),
} as const satisfies Readonly<Record<string, TransferCard>>;
