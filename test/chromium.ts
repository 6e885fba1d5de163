/** @file A page in a headless Chromium on its software WebGPU: served from this machine, it answers by a POST. */
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startChromium } from '@longhorizon/harness';

/** The browser's command, if there is one; LONGHORIZON_CHROMIUM names another. */
export function findChromium(): string | undefined {
  const own = process.env.LONGHORIZON_CHROMIUM;
  return [...(own === undefined ? [] : [own]), 'chromium', 'chromium-browser', 'google-chrome'].find(
    (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
  );
}

interface PageOptions {
  /** Called with what the page posts to `/said` on its way. */
  readonly onSaid?: (content: unknown) => void;
  /** How long a page may be silent. */
  readonly silenceMs?: number;
  /** Of a test that ran out of its time: the browser is ended with it, and slows no test after it. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a module in a page.
 * @returns what the page posted to `/answer`
 * @throws when it posts nothing for two minutes, with what the browser said
 */
export async function runInChromium(
  command: string,
  script: string,
  { onSaid, silenceMs = 120_000, signal }: PageOptions = {},
): Promise<unknown> {
  let answered: (text: string) => void = () => {};
  let heard: () => void = () => {};
  const answer = new Promise<string>((resolve) => {
    answered = resolve;
  });
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      let body = '';
      request.setEncoding('utf8');
      request
        .on('data', (part) => (body += part))
        .on('end', () => {
          heard();
          if (request.url === '/said') onSaid?.(JSON.parse(body));
          else answered(body);
          response.end();
        });
    } else if (request.url === '/app.js') {
      response.setHeader('content-type', 'text/javascript').end(script);
    } else
      response.setHeader('content-type', 'text/html').end('<script type="module" src="app.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const browser = startChromium(command, address, 'swiftshader');
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    heard = () => {
      clearTimeout(timer);
      timer = setTimeout(() => reject(new Error('The page does not answer.')), silenceMs);
    };
    heard();
  });
  const gone = browser.gone.then((said) => {
    throw new Error(`Chromium ended. It said:\n${said}`);
  });
  const stopped = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason));
  });
  try {
    return JSON.parse(await Promise.race([answer, silence, gone, stopped]));
  } finally {
    clearTimeout(timer);
    gone.catch(() => {});
    stopped.catch(() => {});
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}
