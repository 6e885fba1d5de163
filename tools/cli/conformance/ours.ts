/** @file Our own answers: the methods of the registry and their solver, in float64 or on a device. */
import type { HyperContext } from '@longhorizon/benchmarks/methods';
import { measure, refusal } from '@longhorizon/bilevel';
import { solveByConjugateGradients } from '@longhorizon/bilevel/authoring';
import type { Device } from '@longhorizon/tensor';
import { contextOf, methodEntries } from '../hypergrad/command.ts';
import { checkInput, problemOf } from '../hypergrad/input.ts';
import { chooseNamed } from '../input/named-entries.ts';
import type { HypergradientAsk } from './cases.ts';
import type { Implementation } from './judge.ts';

/** @param backend a device, or the float64 reference */
export function ours(backend: Device | 'float64'): Implementation {
  return {
    title: backend === 'float64' ? 'float64' : backend.adapter.name,
    isSingle: backend !== 'float64',
    answer: async ({ ask }) =>
      ask.asks === 'solve'
        ? [...(await solveByConjugateGradients(backend, ask))]
        : hypergradientOf(backend, ask),
    close: async () => {},
  };
}

async function hypergradientOf(
  backend: Device | 'float64',
  { method, problem: file }: HypergradientAsk,
): ReturnType<Implementation['answer']> {
  const input = checkInput(file);
  const problem = problemOf(input);
  const context: HyperContext = contextOf(input);
  const [chosen] = chooseNamed([method], methodEntries, context);
  const refused = refusal(chosen!, problem, input.T);
  if (refused !== undefined) return { refused };
  const { hypergradient } = await measure(backend, problem, chosen!, { horizon: input.T, warmUps: 0 });
  return [...hypergradient];
}
