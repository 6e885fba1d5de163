/**
 * @file The subcommands of `longhorizon`. Adding one is one line here; what it does lives in the package it belongs to,
 * which exports a function that gives the subcommand its arguments, options and action.
 */
import type { Command } from 'commander';

export interface Subcommand {
  readonly name: string;
  /** One line in `longhorizon --help`. */
  readonly summary: string;
  /** Imports the module; called only when this subcommand is asked for, so that help and errors come at once. */
  readonly load: () => Promise<(command: Command) => void>;
}

export const subcommands: readonly Subcommand[] = [
  {
    name: 'doctor',
    summary: "print the machine, its adapters and drivers, and a device's features and limits",
    load: async () => (await import('./doctor.ts')).command,
  },
  {
    name: 'bench',
    summary: 'run the benchmark and build its page; export, show and compare records',
    load: async () => (await import('@longhorizon/benchmarks')).command,
  },
  {
    name: 'kernels',
    summary: 'time kernels and training steps beside other libraries; tune, edit and explain kernels',
    load: async () => (await import('@longhorizon/benchmarks')).kernelsCommand,
  },
  {
    name: 'data',
    summary: 'data sets: list, fetch, verify, show',
    load: async () => (await import('@longhorizon/datasets')).dataCommand,
  },
  {
    name: 'plan',
    summary: "show a plan: its dispatches, their WGSL, and the arena's bytes over time",
    load: async () => (await import('./plan/command.ts')).command,
  },
  {
    name: 'hypergrad',
    summary: 'hypergradients of a small bilevel problem in a file, by every method, beside the exact one',
    load: async () => (await import('./hypergrad/command.ts')).command,
  },
  {
    name: 'conformance',
    summary: 'test our methods, or a program of yours, on known hypergradients and linear systems',
    load: async () => (await import('./conformance/command.ts')).command,
  },
  {
    name: 'initialisation',
    summary: 'initialisations learned from small tasks in a file, step by step, beside the exact shift',
    load: async () => (await import('./initialisation/command.ts')).command,
  },
];
