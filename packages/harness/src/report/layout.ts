import { type Drawing, inlineSvg } from './chart.ts';
import type { SiteDescription } from './descriptions.ts';
import { type Content, type Html, html } from './html.ts';
import { type Looks, shapePath } from './palette.ts';
import { spoken } from './spoken.ts';

/** A page before it is put into the frame. */
export interface Page {
  /** Relative to the site's folder: `cells/ab12.html`. */
  readonly path: string;
  readonly title: string;
  /** A list of pieces where the whole is too long to be held as text. */
  readonly body: Html | Iterable<Html>;
  /** The entry of the navigation that stands for it, where that is another page. */
  readonly under?: string;
  /** The module that a page with a program of its own starts. */
  readonly script?: string;
  /** What such a page may load besides: sources of scripts, of workers, and what may be fetched. */
  readonly policy?: { readonly scripts?: string; readonly workers?: string; readonly connections?: string };
}

/** The pages in the navigation; those without content are left out by the builder. */
const navigation: readonly { readonly path: string; readonly title: string }[] = [
  { path: 'index.html', title: 'Overview' },
  { path: 'choose.html', title: 'Choose' },
  { path: 'published.html', title: 'Published beside ours' },
  { path: 'problems.html', title: 'Problems' },
  { path: 'studies.html', title: 'Further measurements' },
  { path: 'methods.html', title: 'Methods' },
  { path: 'calibration.html', title: 'Calibration' },
  { path: 'kernels.html', title: 'Kernels' },
  { path: 'history.html', title: 'History' },
  { path: 'machines.html', title: 'Machines' },
  { path: 'cells.html', title: 'Cells' },
  { path: 'community.html', title: 'Community' },
  { path: 'gpu.html', title: 'Run it on your GPU' },
  { path: 'playground.html', title: 'Playground' },
];

/** Where a page of cells leads. */
const fromCells = ['index.html', 'problems.html', 'methods.html', 'cells.html'];

/** The way from a page back to the site's folder: `../` for pages one folder down. */
function rootOf(path: string): string {
  return '../'.repeat(path.split('/').length - 1);
}

/**
 * What a page may load: its own style sheet and script, nothing from elsewhere, and no script inside the page. Texts of records are escaped
 * anyway; this is a second wall.
 */
function contentPolicy({
  scripts = "'self'",
  workers,
  connections,
}: NonNullable<Page['policy']> = {}): string {
  return [
    "default-src 'none'",
    `script-src ${scripts}`,
    ...(workers === undefined ? [] : [`worker-src ${workers}`]),
    ...(connections === undefined ? [] : [`connect-src ${connections}`]),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** Puts a page into the frame: title, navigation, notice, footer. What it gives, joined, is the file. */
export function* renderPage(
  page: Page,
  pages: readonly Pick<Page, 'path'>[],
  { description, hasCellPages }: { readonly description: SiteDescription; readonly hasCellPages: boolean },
): Generator<string> {
  const root = rootOf(page.path);
  // Thousands of cells need not say what the site is about, nor lead everywhere.
  const isCell = page.path.startsWith('cells/');
  const present = navigation.filter(
    ({ path }) => pages.some((other) => other.path === path) && (!isCell || fromCells.includes(path)),
  );
  const link = ({ path, title }: { path: string; title: string }): Html =>
    html`<a href="${root}${path}"${path === (page.under ?? page.path) ? html` aria-current="page"` : ''}>${title}</a>`;
  const repository =
    description.repositoryUrl === undefined ? '' : html` · <a href="${description.repositoryUrl}">Source</a>`;
  const about = html`<meta name="description" content="${description.lead}">
<meta property="og:title" content="${page.title}">
<meta property="og:description" content="${description.lead}">
`;
  yield html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy(page.policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
${isCell ? '' : about}<title>${page.title === description.title ? page.title : `${page.title} · ${description.title}`}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${root}site.css">
<script defer src="${root}site.js"></script>${
    page.script === undefined
      ? ''
      : html`
<script type="module" src="${root}${page.script}"></script>`
  }
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="site">
<a class="name" href="${root}index.html">${description.title}</a>
<nav aria-label="Pages">${present.map(link)}</nav>
</header>
<main id="content">
${description.notice === undefined ? '' : html`<p class="notice" role="note">${description.notice}</p>`}
`.html;
  if ('html' in page.body) yield page.body.html;
  else for (const piece of page.body) yield piece.html;
  const tables = hasCellPages
    ? html`: <a href="${root}data/records.jsonl.gz">JSON Lines</a>,
<a href="${root}data/rows.csv">CSV</a>, <a href="${root}data/README.md">Parquet</a>`
    : html`; they are too many for pages and tables of single cells, which <code>bench gather</code> writes`;
  const footer = html`<footer>Every number of ours is computed from the records, or from the file that stands beside it${tables}${repository}.</footer>
`;
  yield html`
</main>
${isCell ? '' : footer}</body>
</html>
`.html;
}

/** The key that all charts of a page share: colour and shape of every method. */
export function chartKey(
  methods: readonly string[],
  looks: Looks,
  titleOf: (method: string) => string,
): Html {
  const item = (method: string): Html => {
    const { colour, shape } = looks(method);
    return html`<li data-method="${method}"><svg viewBox="0 0 14 14" aria-hidden="true"><path d="${shapePath(shape)}" fill="${colour}"/></svg><span>${titleOf(method)}</span></li>`;
  };
  return html`<ul class="key" aria-label="Methods in the charts">${methods.map(item)}</ul>`;
}

/** Takes a chart that was drawn for a page, to keep it as a file of its own. */
export type TakeFigure = (caption: string, drawing: Drawing) => void;

/**
 * A chart with its caption, which names it for those who do not see it, with the last point of each line; all numbers stand in a table of the same page. What cannot be drawn
 * spoils its own picture alone: a sentence stands in its place.
 */
export async function figure(
  caption: string,
  draw: () => Promise<Drawing>,
  taken?: TakeFigure,
): Promise<Html> {
  try {
    const drawing = await draw();
    taken?.(caption, drawing);
    const label = [caption, spoken(drawing.data)].filter((text) => text !== '').join('. ');
    const named = html`<svg role="img" aria-label="${label}" `.html;
    const svg = inlineSvg(drawing.svg).replace('<svg ', () => named);
    return html`<figure><figcaption>${caption}</figcaption>${{ html: svg }}</figure>`;
  } catch (error) {
    return html`<figure><figcaption>${caption}</figcaption><p class="notice">This picture could not be drawn: ${(error as Error).message}</p></figure>`;
  }
}

/** Pairs of a name and a value. */
export function pairs(entries: readonly (readonly [string, Content])[]): Html {
  const shown = entries.filter(([, value]) => value !== '' && value !== undefined);
  return html`<dl class="pairs">${shown.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}
