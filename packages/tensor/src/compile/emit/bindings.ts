/** @file The buffers that one kernel reads and writes, and the WGSL functions through which it does so. */
import type { DType } from '../../graph/tensor.ts';
import type { Region } from '../storage.ts';
import type { Memory } from './emitter.ts';

/** A region that a kernel reaches, by functions of these names followed by `_index`. */
export interface BindingUse {
  readonly index: number;
  readonly region: Region;
  /** Some access takes one element. */
  readonly scalar: boolean;
  readonly functions: ReadonlySet<AccessFunction>;
}

type AccessFunction = 'load' | 'load4' | 'store' | 'store4';

interface Use extends BindingUse {
  scalar: boolean;
  readonly functions: Set<AccessFunction>;
}

/** Where a region lies: in an array of single elements or of vectors of four, which may hold bits of another type. */
export interface ElementArray {
  readonly name: string;
  readonly dtype: DType;
  readonly width: 1 | 4;
  /** Where the region begins, in elements; of a vector array a multiple of 4. */
  readonly offset: number;
  /** WGSL of further elements, a multiple of 4, where they are known at run time alone. */
  readonly start?: string;
}

/** The functions through which a kernel reaches a region. */
export function accessFunctions({ index, region, functions }: BindingUse, place: ElementArray): string[] {
  const { name, width, offset, start } = place;
  const type = region.dtype;
  const wide = `vec4<${type}>`;
  const get = (from: string, to: string) => (place.dtype === type ? from : `bitcast<${to}>(${from})`);
  const put = (value: string, lanes: 1 | 4) => {
    const to = lanes === 1 ? place.dtype : `vec4<${place.dtype}>`;
    return place.dtype === type ? value : `bitcast<${to}>(${value})`;
  };
  const from = (index: string, by: number, elements: 1 | 4) => {
    const first = start === undefined ? '' : ` + ${start}${elements === 4 ? ' / 4u' : ''}`;
    return `${index}${by === 0 ? '' : ` + ${by}u`}${first}`;
  };
  const quad = `${name}[${from('i', offset / 4, 4)}]`;
  const one =
    width === 1 ? `${name}[${from('i', offset, 1)}]` : `${name}[${from('i / 4u', offset / 4, 4)}][i % 4u]`;
  const at = (lane: number) => `${name}[${from('4u * i', offset + lane, 1)}]`;
  const lanes = [0, 1, 2, 3];
  const bodies: Readonly<Record<AccessFunction, () => string>> = {
    load: () => `(i: u32) -> ${type} { return ${get(one, type)}; }`,
    store: () => `(i: u32, v: ${type}) { ${one} = ${put('v', 1)}; }`,
    load4: () =>
      `(i: u32) -> ${wide} { return ${
        width === 4 ? get(quad, wide) : `${wide}(${lanes.map((lane) => get(at(lane), type)).join(', ')})`
      }; }`,
    store4: () =>
      `(i: u32, v: ${wide}) { ${
        width === 4
          ? `${quad} = ${put('v', 4)};`
          : lanes.map((lane) => `${at(lane)} = ${put(`v.${'xyzw'[lane]}`, 1)};`).join(' ')
      } }`,
  };
  return (['load', 'store', 'load4', 'store4'] as const)
    .filter((own) => functions.has(own))
    .map((own) => `fn ${own}_${index}${bodies[own]()}`);
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
      use = { index: this.#uses.size, region: real, scalar: false, functions: new Set() };
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
    use.functions.add('store4');
    return `store4_${use.index}(${index}, ${value});`;
  }

  get regions(): readonly Region[] {
    return [...this.#uses.values()].map((use) => use.region);
  }

  get uses(): readonly BindingUse[] {
    return [...this.#uses.values()];
  }

  /** Declarations of the buffers and of the functions that were called. */
  declarations(): string {
    return declarations(this.uses);
  }
}

/** Declarations of the buffers of a kernel and of the functions through which it reaches them. */
export function declarations(uses: readonly BindingUse[]): string {
  return uses
    .flatMap((use) => {
      const { dtype } = use.region;
      const name = `buffer_${use.index}`;
      const element = use.scalar ? dtype : `vec4<${dtype}>`;
      return [
        `@group(0) @binding(${use.index}) var<storage, read_write> ${name}: array<${element}>;`,
        ...accessFunctions(use, { name, dtype, width: use.scalar ? 1 : 4, offset: 0 }),
      ];
    })
    .join('\n');
}
