/** @file What of an environment names the device, and what a cell's process adds to it. */
import { hashOf } from '../cell/identity.ts';
import type { AdapterInfo } from './measurement.ts';
import type { Environment } from './record.ts';

/** An environment with the variables of the process that runs a cell; they are part of its fingerprint. */
export function withVariables(
  environment: Environment,
  variables: Readonly<Record<string, string>>,
): Environment {
  if (Object.keys(variables).length === 0) return environment;
  const stable = { ...environment.stable, variables: { ...variables } };
  return { ...environment, fingerprint: hashOf(stable), stable };
}

/** The variables of an environment as text, for people and as a key; empty where none is recorded. */
export function variablesText({ stable: { variables = {} } }: Pick<Environment, 'stable'>): string {
  return Object.keys(variables)
    .sort()
    .map((name) => `${name}=${variables[name]}`)
    .join(' ');
}

/** What of an environment decides whether an old answer may stand for a new one, beside its variables: what boards call a device. */
export function deviceKey({ stable: { adapter, cpu, browser } }: Pick<Environment, 'stable'>): {
  readonly adapter: Omit<AdapterInfo, 'features' | 'limits'> | null;
  readonly cpu: string;
  readonly browser?: string;
} {
  const where = { cpu: cpu.model, ...(browser === undefined ? {} : { browser }) };
  if (adapter === null) return { adapter: null, ...where };
  const { features: _features, limits: _limits, ...named } = adapter;
  return { adapter: named, ...where };
}
