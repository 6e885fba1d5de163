/** Text that is HTML already. Everything else is escaped when it meets a template. */
export interface Html {
  readonly html: string;
}

/** What a template accepts: text is escaped, HTML is not, lists are joined, nothing is nothing. */
export type Content = Html | string | number | undefined | false | readonly Content[];

/** A template for HTML: html`<b>${name}</b>` escapes the name. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  return { html: strings.reduce((text, part, index) => text + textOf(values[index - 1]) + part) };
}

/** Text that is known to be HTML. */
export function raw(text: string): Html {
  return { html: text };
}

function textOf(content: Content): string {
  if (content === undefined || content === false) return '';
  if (typeof content === 'string') return escapeHtml(content);
  if (typeof content === 'number') return String(content);
  if (isList(content)) return content.map(textOf).join('');
  return content.html;
}

function isList(content: Content): content is readonly Content[] {
  return Array.isArray(content);
}

/** Text made safe for element content, and for attributes in double quotes. */
function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
