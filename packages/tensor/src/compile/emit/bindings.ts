/** @file The buffers that one kernel reads and writes, and the WGSL functions through which it does so. */
import type { Region } from '../storage.ts';
import type { Memory } from './emitter.ts';

interface Use {
  readonly index: number;
  readonly region: Region;
  scalar: boolean;
  vector: boolean;
  readonly functions: Set<'load' | 'load4' | 'store' | 'store4'>;
}

/**
 * One binding per region, whatever a kernel does with it: two bindings of one buffer in one dispatch would be an error as
 * soon as one of them is written. A region is an array of vec4 when every access takes four aligned elements.
 */
export class BindingTable implements Memory {
  readonly #uses = new Map<Region, Use>();
  /** Regions that share memory with another in this kernel (an update in place) are the same binding. */
  readonly #aliasOf: (region: Region) => Region;

  constructor(aliasOf: (region: Region) => Region = (region) => region) {
    this.#aliasOf = aliasOf;
  }

  #use(region: Region): Use {
    const real = this.#aliasOf(region);
    let use = this.#uses.get(real);
    if (use === undefined) {
      use = { index: this.#uses.size, region: real, scalar: false, vector: false, functions: new Set() };
      this.#uses.set(real, use);
    }
    return use;
  }

  /** A call that reads one element; `index` counts elements. */
  load(region: Region, index: string): string {
    const use = this.#use(region);
    use.scalar = true;
    use.functions.add('load');
    return `load_${use.index}(${index})`;
  }

  /** A call that reads four elements; `index` counts vectors of four. */
  load4(region: Region, index: string): string {
    const use = this.#use(region);
    use.vector = true;
    use.functions.add('load4');
    return `load4_${use.index}(${index})`;
  }

  store(region: Region, index: string, value: string): string {
    const use = this.#use(region);
    use.scalar = true;
    use.functions.add('store');
    return `store_${use.index}(${index}, ${value});`;
  }

  store4(region: Region, index: string, value: string): string {
    const use = this.#use(region);
    use.vector = true;
    use.functions.add('store4');
    return `store4_${use.index}(${index}, ${value});`;
  }

  get regions(): readonly Region[] {
    return [...this.#uses.values()].map((use) => use.region);
  }

  /** Declarations of the buffers and of the functions that were called. */
  declarations(): string {
    const lines: string[] = [];
    for (const { index, region, scalar, functions } of this.#uses.values()) {
      const type = region.dtype;
      const element = scalar ? type : `vec4<${type}>`;
      lines.push(`@group(0) @binding(${index}) var<storage, read_write> buffer_${index}: array<${element}>;`);
      const at = (offset: number) => `buffer_${index}[4u * i + ${offset}u]`;
      if (functions.has('load'))
        lines.push(`fn load_${index}(i: u32) -> ${type} { return buffer_${index}[i]; }`);
      if (functions.has('store'))
        lines.push(`fn store_${index}(i: u32, v: ${type}) { buffer_${index}[i] = v; }`);
      if (functions.has('load4'))
        lines.push(
          scalar
            ? `fn load4_${index}(i: u32) -> vec4<${type}> { return vec4<${type}>(${at(0)}, ${at(1)}, ${at(2)}, ${at(3)}); }`
            : `fn load4_${index}(i: u32) -> vec4<${type}> { return buffer_${index}[i]; }`,
        );
      if (functions.has('store4'))
        lines.push(
          scalar
            ? `fn store4_${index}(i: u32, v: vec4<${type}>) { ${at(0)} = v.x; ${at(1)} = v.y; ${at(2)} = v.z; ${at(3)} = v.w; }`
            : `fn store4_${index}(i: u32, v: vec4<${type}>) { buffer_${index}[i] = v; }`,
        );
    }
    return lines.join('\n');
  }
}
