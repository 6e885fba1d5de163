/**
 * @file What a family of hand-written kernels declares of its parameters, so that a tuner can search them: values, which kernel uses which, and the
 * kernel that a configuration stands for. Nothing here measures; see compile/choose-variant.ts for who asks.
 */
import type { KernelTable } from '../graph/lowering.ts';
import type { KernelAdapter, KernelVariant, SplitRule } from './contraction.ts';

/** What a parameter of a family is set to. */
export type ParameterValue = number | string;

/** A value for every parameter of a family. A parameter that the kernel does not use has its first value. */
export type Configuration = Readonly<Record<string, ParameterValue>>;

/** One knob of a family. */
export interface Parameter {
  readonly name: string;
  /** One sentence. */
  readonly doc: string;
  /** The simplest first: of configurations that cannot be told apart in time the first is taken. */
  readonly values: readonly ParameterValue[];
}

/** A table of kernels with parameters. */
export interface KernelFamily<Problem> {
  readonly name: string;
  /** `KERNEL` first: which body. */
  readonly parameters: readonly Parameter[];
  /** For each value of `KERNEL`, the other parameters that it uses, with those of their values that make sense in it. */
  readonly uses: Readonly<Record<string, Readonly<Record<string, readonly ParameterValue[]>>>>;
  /** What the built-in model chooses among. */
  readonly variants: readonly KernelVariant<Problem>[];
  /** The kernel with these parameters; its name says all of them. */
  readonly variantOf: (configuration: Configuration) => KernelVariant<Problem>;
  /** All of a problem that decides which kernels take it and how fast they are, in the notation that the commands read. */
  readonly keyOf: (problem: Problem) => string;
  /** Into how many parts a long sum is cut, and the key of that choice, which is made before it is known how operands lie. */
  readonly split: { readonly parts: SplitRule<Problem>; readonly keyOf: (problem: Problem) => string };
}

/**
 * Why a tuner passes over a workgroup of so many invocations; undefined where it does not. A processor runs a workgroup in whole vectors: less than half
 * of one is idle, and more than two bring nothing.
 */
export function idleLanes(lanes: ParameterValue | undefined, { profile }: KernelAdapter): string | undefined {
  const { vectorLanes } = profile;
  if (vectorLanes === 0 || typeof lanes !== 'number') return undefined;
  const isInRange = lanes >= vectorLanes / 2 && lanes <= 2 * vectorLanes;
  return isInRange ? undefined : `a workgroup of ${lanes} does not fit vectors of ${vectorLanes} lanes`;
}

/** The kernels that a convolution brings, as what they are: `graph` knows no more of them than that they have a name. */
export function familyOf<Problem>({ kernels }: { readonly kernels: KernelTable }): KernelFamily<Problem> {
  return kernels as KernelFamily<Problem>;
}

/** The part of a family that does not speak of problems. */
export type Declaration = Pick<KernelFamily<never>, 'name' | 'parameters' | 'uses'>;

/** Every configuration of a family, the simplest first. Prerequisites of a problem or an adapter are not looked at. */
export function configurationsOf({ parameters, uses }: Declaration): readonly Configuration[] {
  const [kernel, ...others] = parameters as readonly [Parameter, ...Parameter[]];
  return kernel.values.flatMap((name) => {
    let partial: Configuration[] = [{ [kernel.name]: name }];
    for (const parameter of others) {
      const values = valuesIn({ uses }, name, parameter);
      partial = partial.flatMap((known) => values.map((value) => ({ ...known, [parameter.name]: value })));
    }
    return partial;
  });
}

/** The values of a parameter in one kernel: its first one where the kernel does not use it. */
export function valuesIn(
  { uses }: Pick<Declaration, 'uses'>,
  kernel: ParameterValue,
  { name, values }: Parameter,
): readonly ParameterValue[] {
  return uses[kernel]?.[name] ?? values.slice(0, 1);
}

/** What is wrong with a configuration that came from outside, as a sentence; undefined where nothing is. */
export function configurationProblem(
  { name, parameters, uses }: Declaration,
  configuration: Configuration,
): string | undefined {
  const unknown = Object.keys(configuration).find((key) => !parameters.some((known) => known.name === key));
  if (unknown !== undefined)
    return `${name} has no parameter ${unknown}; it has ${parameters.map((one) => one.name).join(', ')}`;
  for (const parameter of parameters) {
    const value = configuration[parameter.name];
    if (value === undefined || !parameter.values.includes(value))
      return `${name} has no ${parameter.name} = ${value}; there are ${parameter.values.join(', ')}`;
  }
  const kernel = configuration[parameters[0]!.name]!;
  const wrong = parameters
    .slice(1)
    .find((one) => !valuesIn({ uses }, kernel, one).includes(configuration[one.name]!));
  return wrong === undefined
    ? undefined
    : `the kernel ${kernel} of ${name} has no ${wrong.name} = ${configuration[wrong.name]}`;
}
