/** @file `bench browser`: the same run, with its cells in a page of a browser on this machine. */
import { spawn } from 'node:child_process';
import { Command } from 'commander';
import { type StartedBrowser, startChromium } from '../browser/chromium.ts';
import { type PageServer, servePage } from '../browser/server.ts';
import { UsageError } from '../errors.ts';
import type { RunPlace } from '../run/run-bench.ts';
import type { BrowserDefinition, Output } from './definition.ts';
import { guarded } from './guarded.ts';
import { runAction } from './run-action.ts';
import { addResumeOptions, addSelectionOptions, type RunOptions } from './run-options.ts';
import type { Surroundings } from './surroundings.ts';
import { parseNumbers } from './values.ts';

interface BrowserOptions extends RunOptions {
  readonly chromium?: string;
  readonly software?: true;
  readonly port?: string;
  readonly open: boolean;
}

/** A subcommand that runs cells in a browser and keeps their records where all others are. */
export function browserCommand(
  { definition, folder, output, terminal, errors }: Surroundings,
  browser: BrowserDefinition,
): Command {
  const command = new Command('browser')
    .description('Runs cells in a browser on this machine.')
    .addHelpText('after', '\nSuites that need files or other programs are not available in a browser.\n');
  addResumeOptions(addSelectionOptions(command, browser.suites), folder)
    .option('--no-site', 'do not build the page after the run')
    .option('--chromium <path>', 'run in this Chromium, headless, instead of opening a browser')
    .option('--software', "with --chromium: use SwiftShader instead of the machine's GPU")
    .option('--port <number>', 'port of the page; by default a free one')
    .option('--no-open', 'print the address without opening a browser');
  return command.action((options: BrowserOptions) =>
    guarded(errors, async () => {
      const port = portOf(options);
      if (options.software === true && options.chromium === undefined)
        throw new UsageError(
          '--software belongs to --chromium. Which adapter your own browser takes is one of its settings.',
        );
      return runAction(definition, options, {
        output,
        terminal,
        browser: {
          suites: browser.suites,
          start: (planned, signal) => startPage(browser, { ...options, planned, port, signal }, output),
        },
      });
    }),
  );
}

function portOf({ port }: BrowserOptions): number {
  const [number = 0] = port === undefined ? [] : parseNumbers('--port', port);
  if (number > 65_535) throw new UsageError(`--port ${number} is none: ports go up to 65535.`);
  return number;
}

interface StartOptions extends Omit<BrowserOptions, 'port'> {
  readonly port: number;
  readonly planned: number;
  readonly signal: AbortSignal;
}

/** Serves the page, has a browser open it, and waits for what it says of itself. */
async function startPage(
  { files }: BrowserDefinition,
  options: StartOptions,
  output: Output,
): Promise<RunPlace> {
  const { signal } = options;
  const server = await servePage(await files(), options.port);
  server.planned = options.planned;
  const started = openPage(server, options, output);
  const close = async (): Promise<void> => {
    await server.close(
      signal.aborted
        ? 'The run was interrupted. What is finished is kept; the same command goes on where it stopped.'
        : 'All cells are done. This page can be closed.',
    );
    await started?.close();
  };
  try {
    const environment = await Promise.race([server.environment, whenAborted(signal)]);
    return { environment, executor: { ...server.executor, close } };
  } catch (error) {
    await close();
    throw error;
  }
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  );
}

function openPage(
  server: PageServer,
  { chromium, software, open }: StartOptions,
  output: Output,
): StartedBrowser | undefined {
  if (chromium !== undefined) {
    const started = startChromium(chromium, server.address, software === true ? 'swiftshader' : undefined);
    void started.gone.then((said) => {
      const last = said.trim().split('\n').at(-1) ?? '';
      server.fail(`The browser ${chromium} ended${last === '' ? '' : `; it last said: ${last}`}.`);
    });
    return started;
  }
  output.write(`The page is ${server.address}\n`);
  if (open) openInBrowser(server.address, output);
  else
    output.write('Open it in a browser with WebGPU: Chrome or Edge 113, Safari 26, Firefox 141 or newer.\n');
  return undefined;
}

/** Asks the system to open an address. Where it cannot, the address was printed. */
function openInBrowser(address: string, output: Output): void {
  const [command, ...words] =
    process.platform === 'darwin'
      ? ['open', address]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', address]
        : ['xdg-open', address];
  const child = spawn(command as string, words, { stdio: 'ignore', detached: true });
  child.on('error', () => output.write('No browser could be started: open the address yourself.\n'));
  child.on('exit', (code) => {
    if (code !== 0) output.write('No browser could be started: open the address yourself.\n');
  });
  child.unref();
}
