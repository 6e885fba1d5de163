/**
 * @file `longhorizon initialisation FILE.json`: a small task set from a file, and what every method makes of it. What a file may hold is a list of
 * kinds, so that packages above this one add theirs.
 */

import { InputError } from '@longhorizon/benchmarks/methods';
import type { Device } from '@longhorizon/tensor';
import type { Command } from 'commander';
import { adapterOption, openNamedDevice } from '../input/adapter.ts';
import { readJson } from '../input/read-json.ts';

/** One kind of file, named by the file's field `kind`. */
export interface FileKind {
  readonly kind: string;
  /** An example and a line on each field, for `--help`. */
  readonly help: string;
  /**
   * Checks the file and computes.
   *
   * @param device opens the device, once the file is known to be right; undefined: float64 alone
   * @throws InputError in sentences
   */
  answer(value: unknown, device: () => Promise<Device | undefined>): Promise<Answer>;
}

export interface Answer {
  /** What `--json` prints. */
  readonly report: unknown;
  readonly text: string;
}

interface Options {
  readonly json?: boolean;
  readonly reference?: boolean;
  readonly adapter?: string;
}

/** The subcommand, for the kinds of file that it shall know. A file that names none is of the first. */
export function initialisationCommand(kinds: readonly FileKind[]): (command: Command) => void {
  return (command) => {
    command
      .argument('<file>', "tasks and methods as JSON; '-' reads standard input")
      .option('--json', 'print the report as JSON')
      .option('--reference', 'only float64, which needs no GPU')
      .option(...adapterOption)
      .addHelpText('after', `\n${kinds.map(({ help }) => help).join('\n\n')}`)
      .action(async (file: string, { json = false, reference = false, adapter }: Options) => {
        const value = readJson(file);
        let opened: Device | undefined;
        const device = async () => {
          if (!reference) opened = await openNamedDevice(adapter);
          return opened;
        };
        try {
          const { report, text } = await kindOf(value, kinds).answer(value, device);
          command.configureOutput().writeOut?.(`${json ? JSON.stringify(report, undefined, 2) : text}\n`);
        } finally {
          await opened?.close();
        }
      });
  };
}

function kindOf(value: unknown, kinds: readonly FileKind[]): FileKind {
  const named = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : kinds[0]!.kind;
  const found = kinds.find(({ kind }) => kind === named);
  if (found === undefined)
    throw new InputError(
      `The file is of the kind ${JSON.stringify(named)}; the kinds are ${kinds.map(({ kind }) => `'${kind}'`).join(', ')}.`,
    );
  return found;
}
