import type { Tensor } from '../graph/tensor.ts';
import type { DeviceArray } from '../runtime/device-array.ts';
import type { PlanRequest } from '../runtime/plan-request.ts';
import type { InnerLoss } from '../transform/mixed-vjp.ts';
import type { AsTensors, Step } from './state.ts';

/** What is kept of a run for its backward pass; see reverse.ts. */
export type MemoryPolicy =
  | 'everything'
  | 'states'
  | { readonly memory: string | number }
  | { readonly arity: number };

/** What a reverse loop is made from: carry and step, the loss at the end, what it is derived by, and the memory policy. */
export interface ReverseRequest<Carry, Given> {
  readonly carry: Carry;
  /** None when left out. */
  readonly given?: Given;
  readonly step: Step<Carry, Given>;
  /** The scalar at the end, from the last carry. What it depends on among the given arrays counts, too. */
  readonly loss: (carry: AsTensors<Carry>, given: AsTensors<Given>) => Tensor;
  /** The given arrays that the gradient is wanted for. They do not change during a run. */
  readonly parameters: readonly DeviceArray[];
  /**
   * Where the step goes along the gradient of a loss: that loss and what it is derived by, asked for once the step was traced. The backward pass takes
   * products with that gradient's derivatives forward over reverse then, as `mixedVjp` does.
   */
  readonly along?: () => InnerLoss;
  /** The largest horizon that will be asked for. */
  readonly maxSteps: number;
  /** `states` when left out. */
  readonly policy?: MemoryPolicy;
  readonly variants?: PlanRequest['variants'];
  readonly label?: string;
}
