/**
 * @file Makes the SVG of a chart small: what paints nothing goes, and what neighbours have in common stands once, on a group around them. The
 * picture is the same.
 */

interface Element {
  readonly name: string;
  attributes: Map<string, string>;
  children: (Element | string)[];
}

/** Attributes that a group hands down to its parts. */
const inherited = [
  'data-label',
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'font-size',
  'font-weight',
  'text-anchor',
];

/** The same picture in fewer bytes. @param svg one `svg` element, in which nothing is painted unless it says so itself */
export function tidySvg(svg: string): string {
  const root = parse(svg);
  tidyWithin(root);
  return textOf(root);
}

/** The elements of a text whose attributes stand in double quotes, as Vega writes them. */
function parse(svg: string): Element {
  const open: Element[] = [{ name: '', attributes: new Map(), children: [] }];
  for (const [, closing, name, attributes = '', empty, text] of svg.matchAll(
    /<(\/?)([a-z]+)((?:\s+[\w:-]+="[^"]*")*)\s*(\/?)>|([^<]+)/gi,
  )) {
    const parent = open.at(-1) as Element;
    if (name === undefined) parent.children.push(text ?? '');
    else if (closing !== '') open.pop();
    else {
      const pairs = [...attributes.matchAll(/([\w:-]+)="([^"]*)"/g)];
      const element = {
        name,
        attributes: new Map(pairs.map(([, key = '', value = '']) => [key, value])),
        children: [],
      };
      parent.children.push(element);
      if (empty === '') open.push(element);
    }
  }
  const [root] = open[0]?.children ?? [];
  if (open.length !== 1 || root === undefined || typeof root === 'string')
    throw new Error('internal: the SVG of a chart is not one element.');
  return root;
}

function tidyWithin(element: Element): void {
  const children = element.children.flatMap((child): (Element | string)[] => {
    if (typeof child === 'string') return [child];
    const { attributes } = child;
    if (attributes.get('transform') === 'translate(0,0)') attributes.delete('transform');
    if (child.name === 'g') {
      tidyWithin(child);
      // A group that says nothing, or has nothing to say it of.
      if (child.children.length === 0) return [];
      return attributes.size === 0 ? child.children : [child];
    }
    if (child.name === 'path' && !attributes.has('fill') && !attributes.has('stroke')) return [];
    return [plain(child)];
  });
  element.children = grouped(children);
}

/** An element with one paint takes its opacity as that of the paint, which neighbours can share; a round path is a circle. */
function plain(element: Element): Element {
  const attributes = new Map(element.attributes);
  const [fill, stroke] = [attributes.has('fill'), attributes.has('stroke')];
  if (!stroke) attributes.delete('stroke-width');
  const opacity = attributes.get('opacity');
  const paint = fill ? 'fill-opacity' : 'stroke-opacity';
  if (opacity !== undefined && fill !== stroke && !attributes.has(paint)) {
    attributes.delete('opacity');
    attributes.set(paint, opacity);
  }
  const round = /^M([\d.]+),0A\1,\1,0,1,1,-\1,0A\1,\1,0,1,1,\1,0Z?$/.exec(attributes.get('d') ?? '');
  const place = /^translate\(([^,()]+),([^,()]+)\)$/.exec(attributes.get('transform') ?? '');
  if (round === null || place === null) return { ...element, attributes };
  attributes.delete('d');
  attributes.delete('transform');
  const [, radius = ''] = round;
  const [, x = '', y = ''] = place;
  return {
    ...element,
    name: 'circle',
    attributes: new Map([['cx', x], ['cy', y], ['r', radius], ...attributes]),
  };
}

/** Neighbours that look alike, in a group that says how. */
function grouped(children: readonly (Element | string)[]): (Element | string)[] {
  const result: (Element | string)[] = [];
  for (let first = 0; first < children.length; ) {
    const own = children[first] as Element | string;
    let next = first + 1;
    while (next < children.length && looksOf(own) !== '' && looksOf(children[next] ?? '') === looksOf(own))
      next++;
    const run = children.slice(first, next) as Element[];
    result.push(...(run.length < 3 ? run : [groupOf(run)]));
    first = next;
  }
  return result;
}

/** How an element looks, apart from its place and its words; empty for groups and texts between elements. */
function looksOf(child: Element | string): string {
  if (typeof child === 'string' || child.name === 'g') return '';
  return inherited.map((name) => (name === 'data-label' ? '' : (child.attributes.get(name) ?? ''))).join('|');
}

function groupOf(run: readonly Element[]): Element {
  const [first] = run as [Element];
  const common = inherited.filter((name) => {
    const value = first.attributes.get(name);
    return value !== undefined && run.every(({ attributes }) => attributes.get(name) === value);
  });
  for (const { attributes } of run.slice(1)) for (const name of common) attributes.delete(name);
  const own = new Map(common.map((name) => [name, first.attributes.get(name) ?? '']));
  for (const name of common) first.attributes.delete(name);
  return { name: 'g', attributes: own, children: [...run] };
}

function textOf(element: Element | string): string {
  if (typeof element === 'string') return element;
  const { name, attributes, children } = element;
  const said = [...attributes].map(([key, value]) => ` ${key}="${value}"`).join('');
  return children.length === 0 && name !== 'text'
    ? `<${name}${said}/>`
    : `<${name}${said}>${children.map(textOf).join('')}</${name}>`;
}
