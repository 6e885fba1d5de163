import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** The page by name: its HTML, and the modules of page and worker. */
export async function pageFiles(): Promise<Readonly<Record<string, string>>> {
  // Other commands do without the bundler.
  const { bundleForBrowser } = await import('./bundle.ts');
  const folder = import.meta.dirname;
  const module = async (name: string): Promise<string> =>
    (await bundleForBrowser(join(folder, `${name}${extname(import.meta.filename)}`))).text;
  return {
    'index.html': readFileSync(join(folder, 'index.html'), 'utf8'),
    'page.js': await module('page'),
    'worker.js': await module('worker'),
  };
}
