/** @file A page in a headless Chromium on its software WebGPU: served from this machine, it answers by a POST. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The browser's command, if there is one; LONGHORIZON_CHROMIUM names another. */
export function findChromium(): string | undefined {
  const own = process.env.LONGHORIZON_CHROMIUM;
  return [...(own === undefined ? [] : [own]), 'chromium', 'chromium-browser', 'google-chrome'].find(
    (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
  );
}

/**
 * Runs a module in a page.
 * @returns what the page posted to `/answer`
 * @throws when it posts nothing within two minutes, with what the browser said
 */
export async function runInChromium(command: string, script: string): Promise<unknown> {
  const profile = mkdtempSync(join(tmpdir(), 'longhorizon-chromium-'));
  let answered: (text: string) => void = () => {};
  const answer = new Promise<string>((resolve) => {
    answered = resolve;
  });
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      let body = '';
      request.on('data', (part) => (body += part)).on('end', () => answered(body));
      response.end();
    } else if (request.url === '/app.js') {
      response.setHeader('content-type', 'text/javascript').end(script);
    } else
      response.setHeader('content-type', 'text/html').end('<script type="module" src="app.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const flags = ['--headless=new', '--no-sandbox', '--no-first-run', `--user-data-dir=${profile}`];
  const gpu = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan'];
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const browser = spawn(command, [...flags, ...gpu, '--enable-logging=stderr', address]);
  let said = '';
  browser.stderr.on('data', (text) => (said = (said + text).slice(-4000)));
  const gone = new Promise<void>((resolve) => browser.on('close', () => resolve()));
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The page did not answer. Chromium said:\n${said}`)), 120_000);
  });
  try {
    return JSON.parse(await Promise.race([answer, silence]));
  } finally {
    clearTimeout(timer);
    browser.kill('SIGKILL');
    await gone;
    server.closeAllConnections();
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
