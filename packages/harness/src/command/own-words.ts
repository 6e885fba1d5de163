import type { Command } from 'commander';
import type { ChildCommand } from '../run/child-process.ts';

/** This very program with `serve` instead of what it was asked. */
export function ownChildCommand(bench: Command): ChildCommand {
  return { command: process.execPath, arguments: [...ownWords(bench), 'serve'] };
}

/** The words that start this very program's benchmark, after the path of Node. */
export function ownWords(bench: Command): readonly string[] {
  const names: string[] = [];
  for (let command = bench; command.parent !== null; command = command.parent) names.unshift(command.name());
  const script = process.argv[1] === undefined ? [] : [process.argv[1]];
  return [...process.execArgv, ...script, ...names];
}
