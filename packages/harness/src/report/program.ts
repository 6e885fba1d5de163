/** @file Pages that run a program in the browser; the program is supplied by the caller. */
import { type Html, html } from './html.ts';
import type { Page } from './layout.ts';

/** A page with a program of its own. It loads what lies in the site and nothing else. */
export interface SiteProgram {
  /** Relative to the site's folder: `playground.html`. */
  readonly path: string;
  readonly title: string;
  readonly body: Html;
  /** The module that the page starts: the path of one of its files. */
  readonly script: string;
  /** What of the policy differs from other pages: sources of scripts, of workers, and what may be fetched. */
  readonly policy: { readonly scripts?: string; readonly workers?: string; readonly connections?: string };
  /** Modules and styles by path, all in the folder `programs`. Programs may share some, which have one path and one text. */
  readonly files: Readonly<Record<string, string>>;
}

/** The page of a program. */
export function programPage({ path, title, body, script, policy }: SiteProgram): Page {
  return { path, title, body, script, policy };
}

/** A value that a script of the page reads from the element with this id; it is data, whatever it says. */
export function jsonData(id: string, value: unknown): Html {
  const text = JSON.stringify(value).replaceAll('<', '\\u003c');
  return html`<script type="application/json" id="${id}">${{ html: text }}</script>`;
}
