/** @file A headless Chromium that opens one page: for machines without a screen, and for tests. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A browser that was started for a page. */
export interface StartedBrowser {
  /** Resolves when it ends by itself, with what it said last. */
  readonly gone: Promise<string>;
  /** Ends it and removes its profile. */
  close(): Promise<void>;
}

/** Adapters that Chromium has without a GPU are asked for by name; left out, it takes the machine's GPU. */
export type ChromiumAdapter = 'swiftshader' | undefined;

const quotedLength = 4000;

/** Starts a headless Chromium with a profile of its own, on its software adapter where the machine's GPU is not wanted. */
export function startChromium(command: string, address: string, adapter?: ChromiumAdapter): StartedBrowser {
  const profile = mkdtempSync(join(tmpdir(), 'longhorizon-chromium-'));
  const flags = [
    '--headless=new',
    '--no-first-run',
    '--no-default-browser-check',
    `--user-data-dir=${profile}`,
    // Root, as in containers, has no sandbox to offer.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--enable-unsafe-webgpu',
    '--enable-features=Vulkan',
    ...(adapter === undefined ? [] : [`--use-webgpu-adapter=${adapter}`]),
    '--enable-logging=stderr',
  ];
  const browser = spawn(command, [...flags, address], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  browser.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-quotedLength);
  });
  const gone = new Promise<string>((resolve) => {
    browser.on('error', ({ message }) => resolve(message));
    browser.on('close', () => resolve(said));
  });
  return {
    gone,
    close: async () => {
      browser.kill('SIGKILL');
      await gone;
      // Its helpers may still be writing when it has ended.
      rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}
