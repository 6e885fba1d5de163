import type { ProgramRequest } from '../compile/program.ts';
import type { LedgerBuffer } from '../device/buffer.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { DeviceArray } from './device-array.ts';

/** A program with the arrays that it is bound to. */
export interface PlanRequest extends ProgramRequest {
  /** Arrays that inputs are bound to; the plan makes and owns arrays for the others. */
  readonly arrays?: ReadonlyMap<Tensor, DeviceArray>;
  /** Arrays that receive outputs, by position; the plan makes and owns the others. */
  readonly outputArrays?: readonly (DeviceArray | undefined)[];
  /**
   * Of these arrays, those that lie in another row in each run, with the number of the row among the places that the run is given; their
   * offsets count from the start of the row. See `Plan.encode`.
   */
  readonly inRows?: ReadonlyMap<DeviceArray, number>;
  /** How many places there are that a row may lie in. */
  readonly rowCount?: number;
  /** An arena to use instead of one of its own: plans that never run at the same time may share one. */
  readonly arena?: LedgerBuffer;
  /** The caller passes a clock with each run, so the plan makes none. */
  readonly clocked?: boolean;
  readonly label?: string;
}
