/**
 * @file What a family of hand-written kernels declares of its parameters, so that a tuner can search them: values, which kernel uses which, and the
 * kernel that a configuration stands for. Nothing here measures; see compile/choose-variant.ts for who asks.
 */
import type { KernelVariant } from './contraction.ts';

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
  /** For each value of `KERNEL`, the other parameters that it uses. */
  readonly uses: Readonly<Record<string, readonly string[]>>;
  /** What the built-in model chooses among. */
  readonly variants: readonly KernelVariant<Problem>[];
  /** The kernel with these parameters; its name says all of them. */
  readonly variantOf: (configuration: Configuration) => KernelVariant<Problem>;
  /** All of a problem that decides which kernels take it and how fast they are, in the notation that the commands read. */
  readonly keyOf: (problem: Problem) => string;
}

/** The part of a family that does not speak of problems. */
export type Declaration = Pick<KernelFamily<never>, 'name' | 'parameters' | 'uses'>;

/** Every configuration of a family, the simplest first. Prerequisites of a problem or an adapter are not looked at. */
export function configurationsOf({ parameters, uses }: Declaration): readonly Configuration[] {
  const [kernel, ...others] = parameters as readonly [Parameter, ...Parameter[]];
  return kernel.values.flatMap((name) => {
    let partial: Configuration[] = [{ [kernel.name]: name }];
    for (const parameter of others) {
      const values = uses[name]!.includes(parameter.name) ? parameter.values : parameter.values.slice(0, 1);
      partial = partial.flatMap((known) => values.map((value) => ({ ...known, [parameter.name]: value })));
    }
    return partial;
  });
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
  const idle = parameters
    .slice(1)
    .find((one) => !uses[kernel]!.includes(one.name) && configuration[one.name] !== one.values[0]);
  return idle === undefined ? undefined : `the kernel ${kernel} of ${name} does not use ${idle.name}`;
}
