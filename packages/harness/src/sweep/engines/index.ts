import * as z from 'zod';
import { UsageError } from '../../errors.ts';
import type { Engine } from '../engine.ts';
import type { Sweep } from '../layout.ts';
import { kubernetesEngine } from './kubernetes.ts';
import { parallelEngine } from './parallel.ts';
import { slurmEngine } from './slurm.ts';

/** What the command line hands to an engine; each takes what it knows. */
export const engineOptionsSchema = z.strictObject({
  partition: z.string().optional(),
  account: z.string().optional(),
  gpus: z.string().optional(),
  constraint: z.string().optional(),
  cpus: z.int().min(1).default(2),
  atOnce: z.int().min(1).optional(),
  options: z.array(z.string()).default([]),
  setup: z.array(z.string()).default([]),
  image: z.string().optional(),
  claim: z.string().optional(),
});

/** See {@link engineOptionsSchema}. */
export type EngineOptions = z.output<typeof engineOptionsSchema>;

/** The names of the engines. */
export const engineNames = ['slurm', 'kubernetes', 'parallel'] as const;
/** One of {@link engineNames}. */
export type EngineName = (typeof engineNames)[number];

/** What each engine takes, in the words of the command line. */
const takes: Readonly<Record<EngineName, readonly (keyof EngineOptions)[]>> = {
  slurm: ['partition', 'account', 'gpus', 'constraint', 'cpus', 'atOnce', 'options', 'setup'],
  kubernetes: ['image', 'claim', 'gpus', 'cpus', 'atOnce'],
  parallel: [],
};

/** The words of the command line for the options. */
const optionWords: Readonly<Record<keyof EngineOptions, string>> = {
  partition: '--partition',
  account: '--account',
  gpus: '--gpus',
  constraint: '--constraint',
  cpus: '--cpus',
  atOnce: '--at-once',
  options: '--engine-option',
  setup: '--setup',
  image: '--image',
  claim: '--claim',
};

/**
 * Makes an engine.
 *
 * @param given what was given by hand, without defaults
 * @throws UsageError for an option that the engine does not take, or that it needs
 */
export function engineOf(name: EngineName, given: Readonly<Record<string, unknown>>): Engine {
  const foreign = (Object.keys(optionWords) as (keyof EngineOptions)[]).find(
    (option) => given[option] !== undefined && !takes[name].includes(option),
  );
  if (foreign !== undefined)
    throw new UsageError(
      `The engine ${name} takes no ${optionWords[foreign]}; it takes ${takes[name].map((option) => optionWords[option]).join(', ') || 'no options'}.`,
    );
  const { image, claim, gpus, partition, account, constraint, atOnce, cpus, options, setup } =
    engineOptionsSchema.parse(given);
  const common = { cpus, ...(gpus !== undefined && { gpus }), ...(atOnce !== undefined && { atOnce }) };
  if (name === 'parallel') return parallelEngine();
  if (name === 'slurm')
    return slurmEngine({
      ...common,
      options,
      setup,
      ...(partition !== undefined && { partition }),
      ...(account !== undefined && { account }),
      ...(constraint !== undefined && { constraint }),
    });
  if (image === undefined || claim === undefined)
    throw new UsageError(
      'The engine kubernetes needs --image, a container image that holds this repository and a Vulkan driver, and --claim, the claim of a volume that all pods share.',
    );
  return kubernetesEngine({ ...common, image, claim });
}

/** The engine that a sweep was started with. */
export function engineFor({ engine: { name, options } }: Sweep): Engine {
  const known = engineNames.find((one) => one === name);
  if (known === undefined)
    throw new UsageError(`The sweep was started with the engine ${name}, which this program does not have.`);
  return engineOf(known, options);
}
