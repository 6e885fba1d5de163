/**
 * @file Lazy (reconstructed). A student explores for k = T inner steps without a graph; a teacher then leaps from where it began towards
 * where it ended, and the leap alone is differentiated: one product, whatever k.
 *
 * The paper's method section, its algorithm and its numbers could not be obtained. What is built here is a family of operators that agree
 * with every published sentence about it; which of them is the paper's is not known (README, "What is reconstructed").
 */
import type { Method } from '@longhorizon/bilevel';
import { execute, type Facts } from '@longhorizon/bilevel/authoring';
import { clipNorm } from '@longhorizon/nn';
import { add, stepIndex, type Tensor } from '@longhorizon/tensor';
import { derivativeOf } from './derivative.ts';
import { leapTo } from './leap.ts';
import type { LazyOptions, LazySettings, LazyVariant } from './options.ts';
import { leapGraphs } from './variants.ts';

const reconstruction =
  'reconstructed after Jamal, Wang and Gong, "A lazy approach to long-horizon gradient-based meta-learning", ICCV 2021';

/**
 * Lazy (reconstructed; Jamal, Wang and Gong, ICCV 2021): a student explores for T inner steps without a graph, a teacher leaps
 * towards where it ended, and the leap alone is differentiated: one product, whatever T.
 *
 * @example
 * ```ts
 * import { prepare } from '@longhorizon/bilevel';
 * import { learnStart, trackingOfSize } from '@longhorizon/bilevel/problems';
 * import { lazy } from '@longhorizon/lazy';
 *
 * const products = async (horizon) => {
 *   const run = await prepare('float64', learnStart(trackingOfSize(4, 2)), lazy(), { horizon });
 *   const { counts } = await run.compute();
 *   run.destroy();
 *   return counts.vjps;
 * };
 * console.assert((await products(5)) === (await products(50))); // whatever the horizon
 * ```
 */
export function lazy(options: LazyOptions = {}): Method {
  const settings = checked('lazy', options);
  const { variant, beta, lastStep } = settings;
  return {
    id: 'hyper/lazy',
    name: 'lazy',
    title: `Lazy (reconstructed, ${titleOf(settings)})`,
    source: reconstruction,
    complexity: { offline: '1', memory: 'O(d)' },
    form: 'offline',
    exact: false,
    followsStart: true,
    refuses: (facts) => {
      const refusal = refusesLambda('lazy', facts);
      if (refusal !== undefined) return refusal;
      const passesNothing = variant === 'L4' && lastStep === 'cut' && beta === 1 && !facts.inUpdate;
      return passesNothing
        ? `lazy: with the last step cut off from its start and β = 1 no derivative reaches the start of the weights, where alone λ acts in problem '${facts.problem.name}'; use passThrough, or β below 1.`
        : undefined;
    },
    build: (inner) => {
      const { step } = inner;
      const graph = leapGraphs[variant](inner, settings);
      const { loss, alpha, direct } = inner.outerAt(graph.value, graph.number);
      const hypergradient = add(direct, derivativeOf(inner, graph, alpha));
      const teacher = inner.workspace.computation(
        "the teacher's leap",
        [...graph.updates, ...inner.result(clipped(hypergradient, settings.clip), loss)],
        { gradients: 1 + graph.studentSteps, vjps: 1 },
      );
      return graph.studentSteps === 0
        ? { hypergradient: (t) => [execute(teacher, t)] }
        : // The last step of the student and the leap that needs what came before it are one computation.
          {
            step: (t, hyper) => [execute(hyper ? teacher : step, t - 1)],
            hypergradient: () => [],
          };
    },
  };
}

/**
 * The ablation: the teacher's value with the gradient of FOMAML, ∂φ^T/∂w_0 := I, and no product at all. With β below 1 it is one cycle of
 * Lookahead as a plain inner optimiser. Example weights have no gradient in it.
 */
export function lookahead(options: Pick<LazyOptions, 'beta' | 'clip'> = {}): Method {
  const { beta, clip } = checked('lookahead', options);
  return {
    id: 'hyper/lookahead',
    name: 'lookahead',
    title: `Lazy's value, first-order gradient (β = ${beta})`,
    source: `ablation of Lazy, ${reconstruction}; Zhang et al., "Lookahead optimizer", NeurIPS 2019`,
    complexity: { offline: '0', memory: 'O(d)' },
    form: 'offline',
    exact: false,
    followsStart: true,
    refuses: ({ problem, inStart }) =>
      inStart
        ? undefined
        : `lookahead: λ is no start of the weights in problem '${problem.name}', so that without the teacher's graph nothing leads to it; use lazy.`,
    build: (inner) => {
      const value = leapTo(inner, inner.carry.w.tensor, beta);
      const { loss, alpha, direct } = inner.outerAt(value, stepIndex());
      const g = clipped(add(direct, inner.startProduct(alpha)), clip);
      const computation = inner.workspace.computation("the teacher's value", inner.result(g, loss), {
        gradients: 1,
      });
      return { hypergradient: (t) => [execute(computation, t)] };
    },
  };
}

function checked(name: string, options: LazyOptions): LazySettings {
  const settings: LazySettings = {
    variant: 'L1',
    beta: 1,
    alphaEff: 'inner',
    epsilon: 1e-12,
    lastStep: 'passThrough',
    mix: 0.5,
    clip: 10,
    ...options,
  };
  const { beta, epsilon, mix, clip, variant } = settings;
  const refuse = (what: string): never => {
    throw new RangeError(`${name}: ${what}`);
  };
  if (!Object.hasOwn(leapGraphs, variant))
    refuse(`'${variant}' is no variant; give one of ${Object.keys(leapGraphs).join(', ')}.`);
  if (!(beta > 0 && beta <= 1))
    refuse(`β = ${beta} was asked for; a leap goes a share of the way, above 0 and at most 1.`);
  if (!(epsilon >= 0)) refuse(`ε = ${epsilon} was asked for; give 0 or more.`);
  if (!(mix >= 0 && mix < 1)) refuse(`a mix of λ = ${mix} was asked for; give a share from 0 to below 1.`);
  if (clip !== false && !(clip > 0))
    refuse(`clipping to a norm of ${clip} was asked for; give a number above 0, or false.`);
  return settings;
}

function titleOf({ variant, beta, alphaEff, lastStep, mix }: LazySettings): string {
  const own: Readonly<Record<LazyVariant, string>> = {
    L1: alphaEff === 'inner' ? '' : `, α_eff = ${alphaEff}`,
    L2: '',
    L3: '',
    L4: lastStep === 'cut' ? ', cut' : '',
    L5: '',
    L6: `, λ = ${mix}`,
  };
  return `${variant}${own[variant]}${beta === 1 || variant === 'L6' ? '' : `, β = ${beta}`}`;
}

function refusesLambda(name: string, { problem, inStart, inUpdate }: Facts): string | undefined {
  return inStart || inUpdate
    ? undefined
    : `${name}: λ changes neither the start of the weights nor the inner steps of problem '${problem.name}', so a leap says nothing of it; use first-order.`;
}

const clipped = (hypergradient: Tensor, limit: number | false): Tensor =>
  limit === false ? hypergradient : clipNorm(hypergradient, limit);
