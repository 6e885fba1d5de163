/** @file Names of lines where they end, none over another. */

/** Where a line ends, in pixels of the plot. */
export interface LineEnd {
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

/** A name beside the plot, and where its line ends. */
export interface EndLabel extends LineEnd {
  /** The middle of the name's own line of text. */
  readonly labelY: number;
}

/** The height of a line of text. */
const lineHeight = 14;

/**
 * Puts the names of lines below one another at the right of the plot, each as near to its line's end as the others let it: names that would touch are a
 * block, which stands where its ends are on average (pool adjacent violators). Lines that end at one point are listed together.
 *
 * @param height of the plot; names may stand below it where there are too many
 */
export function endLabels(ends: readonly LineEnd[], height: number): readonly EndLabel[] {
  const ordered = [...ends].sort((a, b) => a.y - b.y || (a.name < b.name ? -1 : 1));
  const blocks: { ends: LineEnd[]; top: number }[] = [];
  const topOf = (own: readonly LineEnd[]): number => {
    const middle = own.reduce((sum, { y }) => sum + y, 0) / own.length;
    const room = own.length * lineHeight;
    return Math.max(0, Math.min(middle - room / 2, height - room));
  };
  for (const end of ordered) {
    let block = { ends: [end], top: topOf([end]) };
    for (let above = blocks.at(-1); above !== undefined; above = blocks.at(-1)) {
      if (above.top + above.ends.length * lineHeight <= block.top) break;
      blocks.pop();
      const joined = [...above.ends, ...block.ends];
      block = { ends: joined, top: topOf(joined) };
    }
    blocks.push(block);
  }
  return blocks.flatMap(({ ends: own, top }) =>
    own.map((end, index) => ({ ...end, labelY: top + (index + 0.5) * lineHeight })),
  );
}

/** A place on an axis in pixels. */
export function pixelOf(
  value: number,
  {
    scale,
    domain,
    size,
  }: { readonly scale: 'linear' | 'log'; readonly domain: readonly [number, number]; readonly size: number },
): number {
  const at = (one: number): number => (scale === 'log' ? Math.log(one) : one);
  const [low, high] = [at(domain[0]), at(domain[1])];
  return (size * (at(value) - low)) / (high - low || 1);
}

/** Layers that draw names, each tied to its line's end by a thin rule in the line's colour. */
export function endLabelLayers(
  labels: readonly EndLabel[],
  { width, colourOf }: { readonly width: number; readonly colourOf: (name: string) => string },
): readonly object[] {
  const values = labels.map((label) => ({
    ...label,
    from: label.x,
    to: width + 10,
    text: width + 13,
    description: `${label.name} · `,
    colour: colourOf(label.name),
  }));
  const pixels = (field: string): object => ({ field, type: 'quantitative', scale: null, axis: null });
  const color = { field: 'colour', type: 'nominal', scale: null };
  const description = { field: 'description' };
  return [
    {
      data: { values },
      mark: { type: 'rule', strokeWidth: 0.8, opacity: 0.6 },
      encoding: {
        x: pixels('from'),
        x2: { field: 'to' },
        y: pixels('y'),
        y2: { field: 'labelY' },
        color,
        description,
      },
    },
    {
      data: { values },
      mark: { type: 'text', align: 'left', baseline: 'middle', fontSize: 12.5 },
      encoding: { x: pixels('text'), y: pixels('labelY'), text: { field: 'name' }, color, description },
    },
  ];
}
