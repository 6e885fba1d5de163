/** @file Static counts of a kernel from the SPIR-V that Dawn makes of it, function by function. */

/** What stands in a function's text, each place counted once however often it runs. */
export interface StaticCounts {
  /** Loads and stores of buffers, and their bytes. */
  loads: number;
  loadBytes: number;
  stores: number;
  storeBytes: number;
  uniformLoads: number;
  workgroupLoads: number;
  workgroupStores: number;
  atomics: number;
  barriers: number;
  subgroup: number;
  /** Fused multiply-adds, of scalars: one of a vector of four counts four times. */
  fma: number;
  multiplyOrAdd: number;
  loops: number;
  branches: number;
  /**
   * Arrays of an invocation, and their bytes: registers where all indices are known, memory where not. One that all functions of the module share
   * counts in the first that uses it.
   */
  privateArrays: number;
  privateBytes: number;
}

export interface SpirvFunction {
  readonly name: string;
  readonly text: readonly string[];
  readonly counts: StaticCounts;
}

const nothing = (): StaticCounts => ({
  loads: 0,
  loadBytes: 0,
  stores: 0,
  storeBytes: 0,
  uniformLoads: 0,
  workgroupLoads: 0,
  workgroupStores: 0,
  atomics: 0,
  barriers: 0,
  subgroup: 0,
  fma: 0,
  multiplyOrAdd: 0,
  loops: 0,
  branches: 0,
  privateArrays: 0,
  privateBytes: 0,
});

interface Instruction {
  readonly id: string;
  readonly op: string;
  readonly words: readonly string[];
}

function read(line: string): Instruction | undefined {
  const match = /^\s*(?:(%\S+) = )?(Op\w+)(.*)$/.exec(line);
  if (match === null) return undefined;
  return { id: match[1] ?? '', op: match[2]!, words: match[3]!.trim().split(/\s+/) };
}

/** Types and pointers of a module, by their ids. */
class Module {
  readonly #types = new Map<string, Instruction>();
  readonly #constants = new Map<string, number>();
  /** The type of each value whose type is a pointer or a number. */
  readonly #typeOf = new Map<string, string>();

  add({ id, op, words }: Instruction): void {
    if (id === '') return;
    if (op.startsWith('OpType')) this.#types.set(id, { id, op, words });
    else this.#typeOf.set(id, words[0] ?? '');
    if (op === 'OpConstant') this.#constants.set(id, Number(words[1]));
  }

  bytes(type: string): number {
    const known = this.#types.get(type);
    switch (known?.op) {
      case 'OpTypeFloat':
      case 'OpTypeInt':
        return Number(known.words[0]) / 8;
      case 'OpTypeBool':
        return 4;
      case 'OpTypeVector':
      case 'OpTypeMatrix':
        return Number(known.words[1]) * this.bytes(known.words[0]!);
      case 'OpTypeArray':
        return (this.#constants.get(known.words[1]!) ?? 0) * this.bytes(known.words[0]!);
      case 'OpTypeStruct':
        return known.words.reduce((sum, member) => sum + this.bytes(member), 0);
      default:
        return 0;
    }
  }

  /** Columns of a matrix. */
  columns(value: string): number {
    const type = this.#types.get(this.#typeOf.get(value) ?? '');
    return type?.op === 'OpTypeMatrix' ? Number(type.words[1]) : 0;
  }

  /** Components of a value's type: 1 of a scalar. */
  width(type: string): number {
    const known = this.#types.get(type);
    return known?.op === 'OpTypeVector' ? Number(known.words[1]) : 1;
  }

  /** Where a pointer points, and to what. */
  pointer(value: string): { readonly storage: string; readonly to: string } {
    const type = this.#types.get(this.#typeOf.get(value) ?? '');
    return { storage: type?.words[0] ?? '', to: type?.words[1] ?? '' };
  }

  isArray(type: string): boolean {
    return this.#types.get(type)?.op === 'OpTypeArray';
  }
}

/** The bytes of a variable that is an array of the invocation's own, in a function or (`Private`) around all. */
function ownArray(module: Module, { id, op, words }: Instruction, storage: 'Function' | 'Private') {
  if (op !== 'OpVariable' || words[1] !== storage) return undefined;
  const { to } = module.pointer(id);
  return module.isArray(to) ? module.bytes(to) : undefined;
}

function count(module: Module, { id, op, words }: Instruction, counts: StaticCounts): void {
  if (op === 'OpLoad' || op === 'OpStore') {
    const isLoad = op === 'OpLoad';
    const { storage, to } = module.pointer(isLoad ? words[1]! : words[0]!);
    if (storage === 'StorageBuffer') {
      counts[isLoad ? 'loads' : 'stores']++;
      counts[isLoad ? 'loadBytes' : 'storeBytes'] += module.bytes(to);
    } else if (storage === 'Workgroup') counts[isLoad ? 'workgroupLoads' : 'workgroupStores']++;
    else if (storage === 'Uniform' && isLoad) counts.uniformLoads++;
    return;
  }
  const own = ownArray(module, { id, op, words }, 'Function');
  if (own !== undefined) {
    counts.privateArrays++;
    counts.privateBytes += own;
  }
  if (op === 'OpExtInst' && words[2] === 'Fma') counts.fma += module.width(words[0]!);
  if (['OpFMul', 'OpFAdd', 'OpFSub', 'OpVectorTimesScalar'].includes(op))
    counts.multiplyOrAdd += module.width(words[0]!);
  if (op === 'OpMatrixTimesVector')
    counts.multiplyOrAdd += module.width(words[0]!) * (2 * module.columns(words[1]!) - 1);
  if (op.startsWith('OpAtomic')) counts.atomics++;
  if (op === 'OpControlBarrier') counts.barriers++;
  if (op.startsWith('OpGroupNonUniform')) counts.subgroup++;
  if (op === 'OpLoopMerge') counts.loops++;
  if (op === 'OpSelectionMerge') counts.branches++;
}

/** The functions of a module in SPIR-V's assembly language, as Dawn prints it. */
export function spirvFunctions(text: string): readonly SpirvFunction[] {
  const module = new Module();
  const functions: SpirvFunction[] = [];
  let open: { name: string; text: string[]; counts: StaticCounts } | undefined;
  const around = new Map<string, number>();
  for (const line of text.split('\n')) {
    const instruction = read(line);
    if (instruction === undefined) continue;
    module.add(instruction);
    if (instruction.op === 'OpFunction')
      open = { name: instruction.id.slice(1), text: [], counts: nothing() };
    if (open === undefined) {
      const bytes = ownArray(module, instruction, 'Private');
      if (bytes !== undefined) around.set(instruction.id, bytes);
      continue;
    }
    open.text.push(line.trim());
    count(module, instruction, open.counts);
    for (const word of instruction.words) {
      const bytes = around.get(word);
      if (bytes === undefined) continue;
      around.delete(word);
      open.counts.privateArrays++;
      open.counts.privateBytes += bytes;
    }
    if (instruction.op === 'OpFunctionEnd') {
      functions.push(open);
      open = undefined;
    }
  }
  return functions;
}

/** Sums over functions: what stands in the whole module. */
export function totalCounts(functions: readonly SpirvFunction[]): StaticCounts {
  const total = nothing();
  for (const { counts } of functions)
    for (const name of Object.keys(total) as (keyof StaticCounts)[]) total[name] += counts[name];
  return total;
}
