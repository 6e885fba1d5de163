/** @file Options that set environment variables: what the code that cells run reads from there, without the harness knowing what it is. */
import type { Command } from 'commander';
import { UsageError } from '../errors.ts';

/** An option whose value is the value of a variable, in this process and in those that it starts. */
export interface EnvironmentOption {
  /** As commander writes it: `--resident <choice>`. */
  readonly flags: string;
  /** One line, which names the choices. */
  readonly description: string;
  readonly variable: string;
  readonly choices: readonly string[];
}

export function addEnvironmentOptions(command: Command, options: readonly EnvironmentOption[] = []): Command {
  for (const { flags, description, variable, choices } of options)
    command.option(flags, description, (value) => {
      if (!choices.includes(value))
        throw new UsageError(
          `${flags.split(' ')[0]} ${value}: known are ${choices.slice(0, -1).join(', ')} and ${choices.at(-1)}.`,
        );
      process.env[variable] = value;
      return value;
    });
  return command;
}

/** The variables that these options set, or the user before, as far as they are set: what another machine has to be told. */
export function givenVariables(options: readonly EnvironmentOption[] = []): Readonly<Record<string, string>> {
  return Object.fromEntries(
    options.flatMap(({ variable }) => {
      const value = process.env[variable];
      return value ? [[variable, value]] : [];
    }),
  );
}
