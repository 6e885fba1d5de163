import { type InitContext, InputError } from '@longhorizon/benchmarks/methods';
import { type InitialisationMethod, refusalOfInitialisation } from '@longhorizon/bilevel';
import { chooseNamed, type NamedEntry } from '../input/named-entries.ts';
import { computeInitialisations } from './compute.ts';
import type { FileKind } from './file-kinds.ts';
import { checkQuadratics, taskSetOf } from './input.ts';
import { printInitialisations } from './print.ts';

/**
 * The kind of file that describes quadratic tasks.
 *
 * @param entries the methods that it may ask for
 * @param exact makes the method that is printed beside the one that approximates it
 */
export function quadraticsKind(
  entries: readonly NamedEntry<InitialisationMethod, InitContext>[],
  exact: { readonly make: (context: InitContext) => InitialisationMethod; readonly approximatedBy: string },
): FileKind {
  return {
    kind: 'quadratics',
    help: `Quadratic tasks, L_t(θ) = ½(θ − c_t)ᵀH_t(θ − c_t):
  {
    "tasks": [{ "H": [1, 4], "c": [1, 0] }, { "H": [[2, 0.5], [0.5, 1]], "c": [-1, 2] }],
    "phi": [3, 3], "alpha": 0.05, "beta": 0.1, "K": 10, "trajectories": 3,
    "methods": ["trajectory-shifting", { "name": "reptile", "beta": 1 }]
  }
H: a diagonal or a symmetric matrix. Beside them: aggregatePeriod, reset (soft, hard, none), momentum, weightDecay.
methods: ${entries.map(({ name }) => name).join(', ')}; all when left out.`,
    async answer(value, device) {
      const input = checkQuadratics(value);
      const context = { beta: input.beta, horizon: input.K };
      const taskSet = taskSetOf(input);
      const methods = chooseNamed(input.methods, entries, context);
      const { K: horizon, aggregatePeriod, reset } = input;
      for (const method of methods) {
        const refused = refusalOfInitialisation(taskSet, method, { horizon, aggregatePeriod, reset });
        if (refused !== undefined) throw new InputError(refused);
      }
      const report = await computeInitialisations(
        taskSet,
        input,
        exact.make(context),
        methods,
        await device(),
      );
      return { report, text: printInitialisations(report, exact.approximatedBy) };
    },
  };
}
