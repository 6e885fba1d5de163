/** @file What the compiler, the kernels and the runtime know of a kind of adapter: numbers and flags, each with its meaning. */

/** How much work a kernel needs before it is cut for the machine's sake, and the least that a part keeps. */
export interface SplitTarget {
  /** Workgroups, or rows of partial results, that keep the machine busy. */
  readonly wanted: number;
  /** Terms of a sum that pay for one more dispatch. */
  readonly shortest: number;
}

/**
 * How the time of a dispatch is estimated. `serial`: cores take one workgroup after another, and each instruction of it costs nanoseconds that
 * were measured (kernels/.../cost.ts). `parallel`: a kernel takes as long as one invocation's instructions, times how often all fill the machine.
 */
export type CostModel =
  | {
      readonly kind: 'serial';
      /** Nanoseconds to launch a workgroup. */
      readonly workgroup: number;
      /** Workgroups that run at a time. */
      readonly parallel: number;
    }
  | {
      readonly kind: 'parallel';
      /** Invocations that fill the machine. */
      readonly invocations: number;
      /** Invocations that a smaller workgroup occupies all the same. */
      readonly narrowest: number;
    };

/** One kind of adapter. Nothing outside this folder asks which kind it is. */
export interface AdapterProfile {
  readonly name: string;

  // The machine.
  /**
   * Kernels run on the host's processor, in the host's memory: waiting for them has to leave them a core, processor time is the work they did, and what
   * they take the host lacks.
   */
  readonly runsOnHost: boolean;
  /** Invocations that a core runs as one vector, which a workgroup should be; 0 where large workgroups hide latency. */
  readonly vectorLanes: number;
  /** Invocations of a workgroup whose invocations share nothing. */
  readonly threads: number;
  /** A workgroup of one small subgroup uses the machine well, and exchanges values without barriers. */
  readonly subgroupWorkgroups: boolean;
  readonly cost: CostModel;
  /** Most buffers of a kernel, where an adapter has more than its programs are to use. */
  readonly mostStorageBuffers?: number;

  // Pointwise kernels: much work a workgroup where launching one is dear.
  readonly groupsWanted: number;
  /** Most rounds of the loop of one invocation. */
  readonly mostRounds: number;
  /** Up to so many elements, loads that do not lie side by side are written one by one and not four at a time; each place of the code compiles for long. */
  readonly scatteredLoadsAlone: number;

  // Reductions.
  readonly splitReduction: SplitTarget;
  /** Neighbouring sums over leading axes that an invocation keeps where there are many: more bytes of each page it visits. */
  readonly outerTilesPerThread: number;
  /** Most elements of a reduction of few rows into which results for every element are fused. */
  readonly wholeInFewRows: number;

  // Contractions.
  /** The shorter side of a product's tile; the longer one is 32. */
  readonly productTile: number;
  readonly splitProduct: SplitTarget;
  readonly splitFilterGradient: SplitTarget;
  /** Steps of a product's inner loop that are written out. */
  readonly unroll: number;

  // Compiling.
  /** Short loops must look long to the driver: it unrolls them, and compiles each copy of a load for 10 to 20 ms. */
  readonly unrollBarrier: boolean;
  /** Kernels that are identical modulo constants share one module, its constants in a uniform buffer. */
  readonly shareModules: boolean;
  /** Kernels that do not wait for each other share a dispatch. */
  readonly shareDispatches: boolean;
  /** Input gradients become forward convolutions by rotated filters where that saves a module. */
  readonly rotateFilters: boolean;
  /** A second device compiles ahead into a cache on disk that the first one reads. */
  readonly warmPipelines: boolean;

  // Running.
  /**
   * Bind groups that a plan keeps so that arrays which lie in another row in each run need no dynamic offsets, one for each dispatch and row; 0 where
   * a dynamic offset costs next to nothing.
   */
  readonly rowGroups: number;

  readonly resident: ResidentProfile;
}

/** How a stretch of actions runs inside one dispatch of one workgroup (loop/resident/). */
export interface ResidentProfile {
  /** Invocations of the workgroup, where no kernel asks for a number of them. */
  readonly threads: number;
  /**
   * The invocations of a workgroup of `threads` are one vector of a processor: each instruction is done by all before the next one begins, so
   * what one has written all can read. A barrier between two kernels would only make each of them slower.
   */
  readonly lockstep: boolean;
  /** What it saves, and costs; undefined where it was not measured, so that nothing runs so unless it is asked for. */
  readonly gain: ResidentGain | undefined;
}

/** Nanoseconds, measured. */
export interface ResidentGain {
  /** What a dispatch costs beside the work of its kernel. */
  readonly dispatch: number;
  /** What a copy costs that breaks the pass. */
  readonly copy: number;
  /** What compiling one more kernel of a module takes. */
  readonly compileKernel: number;
  /** Operations of a kernel up to which it gains nothing from several workgroups. */
  readonly mostOperations: number;
}
