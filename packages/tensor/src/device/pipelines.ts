/**
 * Compute pipelines, made once per text.
 *
 * Making a pipeline costs from milliseconds to most of a second, and no host keeps them between processes, so
 * everything that asks for the same text with the same entry point, constants and layout gets the same pipeline.
 */
import { PipelineError, WgslError } from './errors.ts';

/** How a pipeline is made from WGSL: entry point, layout, constants. */
export interface PipelineOptions {
  /** The function to run; may be absent when the text has only one. */
  readonly entryPoint?: string;
  /** `auto` (the default) derives the bind group layouts from the text; such pipelines share no bind groups. */
  readonly layout?: GPUPipelineLayout | 'auto';
  /** Values of the text's `override` declarations. */
  readonly constants?: Readonly<Record<string, number>>;
  /** What error messages call it. */
  readonly label?: string;
}

/** What making pipelines has cost so far. */
export interface PipelineStatistics {
  /** Calls of pipeline(). */
  readonly requested: number;
  /** Pipelines made. */
  readonly compiled: number;
  /** Requests that were answered from the cache, one still in the making included. */
  readonly cacheHits: number;
  readonly failed: number;
  /** Sum over pipelines of the time from asking to having, in milliseconds; those made side by side count twice. */
  readonly compileMs: number;
  /** Time during which at least one pipeline was in the making, in milliseconds. */
  readonly busyMs: number;
}

export class PipelineCache {
  readonly #gpu: GPUDevice;
  readonly #adapterName: string;
  /** By text, which a map finds by identity or a hash that it keeps, then by options. */
  readonly #pipelines = new Map<string, Map<string, Promise<GPUComputePipeline>>>();
  readonly #layoutIds = new WeakMap<GPUPipelineLayout, number>();
  #nextLayoutId = 1;
  readonly #bindGroupLayouts = new Map<string, GPUBindGroupLayout>();
  #requested = 0;
  #compiled = 0;
  #failed = 0;
  #compileMs = 0;
  #busyMs = 0;
  #running = 0;
  #busySince = 0;

  constructor(gpu: GPUDevice, adapterName: string) {
    this.#gpu = gpu;
    this.#adapterName = adapterName;
  }

  /**
   * The pipeline of a text.
   * @throws {WgslError} with line and column when the text does not compile
   * @throws {PipelineError} when it compiles but exceeds what the device can run
   */
  get(wgsl: string, options: PipelineOptions): Promise<GPUComputePipeline> {
    this.#requested++;
    const ofText = this.#pipelines.get(wgsl) ?? new Map<string, Promise<GPUComputePipeline>>();
    this.#pipelines.set(wgsl, ofText);
    const key = this.#key(options);
    const known = ofText.get(key);
    if (known !== undefined) return known;
    const made = this.#make(wgsl, options);
    ofText.set(key, made);
    // A failure is not kept: the caller may ask again on purpose, for instance after freeing memory.
    made.catch(() => ofText.delete(key));
    return made;
  }

  /** A bind group layout, made once per list of entries, so that pipelines can share bind groups. */
  bindGroupLayout(entries: readonly GPUBindGroupLayoutEntry[]): GPUBindGroupLayout {
    const key = JSON.stringify(entries);
    let layout = this.#bindGroupLayouts.get(key);
    if (layout === undefined) {
      layout = this.#gpu.createBindGroupLayout({ entries });
      this.#bindGroupLayouts.set(key, layout);
    }
    return layout;
  }

  statistics(): PipelineStatistics {
    return {
      requested: this.#requested,
      compiled: this.#compiled,
      cacheHits: this.#requested - this.#compiled - this.#failed - this.#running,
      failed: this.#failed,
      compileMs: this.#compileMs,
      busyMs: this.#busyMs + (this.#running > 0 ? performance.now() - this.#busySince : 0),
    };
  }

  clear(): void {
    this.#pipelines.clear();
    this.#bindGroupLayouts.clear();
  }

  async #make(wgsl: string, options: PipelineOptions): Promise<GPUComputePipeline> {
    const label = options.label ?? 'unnamed kernel';
    const started = performance.now();
    if (this.#running++ === 0) this.#busySince = started;
    try {
      // The scope keeps the error of the module out of the uncaptured ones: it is reported here, as a sentence.
      this.#gpu.pushErrorScope('validation');
      const module = this.#gpu.createShaderModule({ code: wgsl, label });
      const scope = this.#gpu.popErrorScope();
      const making = this.#gpu.createComputePipelineAsync({
        label,
        layout: options.layout ?? 'auto',
        compute: {
          module,
          ...(options.entryPoint === undefined ? {} : { entryPoint: options.entryPoint }),
          ...(options.constants === undefined ? {} : { constants: { ...options.constants } }),
        },
      });
      const [pipeline] = await Promise.allSettled([making, scope]);
      if (pipeline.status === 'rejected') throw await this.#explain(module, wgsl, label, pipeline.reason);
      this.#compiled++;
      return pipeline.value;
    } catch (error) {
      this.#failed++;
      throw error;
    } finally {
      const ended = performance.now();
      this.#compileMs += ended - started;
      if (--this.#running === 0) this.#busyMs += ended - this.#busySince;
    }
  }

  async #explain(module: GPUShaderModule, wgsl: string, label: string, reason: unknown): Promise<Error> {
    const information = await module.getCompilationInfo();
    const first = information.messages.find((message) => message.type === 'error');
    if (first !== undefined) {
      return new WgslError(label, wgsl, first.lineNum, first.linePos, first.length, first.message);
    }
    const detail = reason instanceof Error ? reason.message : String(reason);
    return new PipelineError(label, wgsl, this.#adapterName, detail);
  }

  #key(options: PipelineOptions): string {
    const constants = Object.entries(options.constants ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    return JSON.stringify([options.entryPoint ?? '', this.#layoutKey(options.layout), constants]);
  }

  #layoutKey(layout: GPUPipelineLayout | 'auto' | undefined): number | 'auto' {
    if (layout === undefined || layout === 'auto') return 'auto';
    let id = this.#layoutIds.get(layout);
    if (id === undefined) {
      id = this.#nextLayoutId++;
      this.#layoutIds.set(layout, id);
    }
    return id;
  }
}
