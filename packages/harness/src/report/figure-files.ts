/** @file The charts of a page as files that stand alone: SVG, PDF, and the numbers as CSV. */
import { csvFormat } from 'd3-dsv';
import { slugOf } from '../publish/slug.ts';
import { type Drawing, standaloneSvg } from './chart.ts';
import { pdfOf } from './pdf.ts';

/** A chart of a page. */
export interface TakenFigure extends Drawing {
  /** The page it stands on, without its ending. */
  readonly page: string;
  readonly caption: string;
}

/** `pictures/hypergradient--tracking-peak-memory-against-t-p-30` by chart, each name once. */
function figureNames(figures: readonly TakenFigure[]): readonly string[] {
  const counts = new Map<string, number>();
  return figures.map(({ page, caption }) => {
    const words = caption.toLowerCase().match(/[a-z0-9]+/g) ?? [];
    const name = `pictures/${page}-${slugOf(words.join('-'))}`;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count === 1 ? name : `${name}-${count}`;
  });
}

/** The files of charts, by path, one chart after another. */
export async function* figureFiles(
  figures: readonly TakenFigure[],
): AsyncGenerator<readonly [path: string, content: string | Uint8Array]> {
  const names = figureNames(figures);
  for (const [index, { svg, data, caption }] of figures.entries()) {
    const name = names[index] as string;
    const alone = standaloneSvg(svg);
    yield [`${name}.svg`, alone];
    yield [`${name}.pdf`, await pdfOf(alone, caption)];
    yield [`${name}.csv`, `${csvFormat([...data])}\n`];
  }
}
