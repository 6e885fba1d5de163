import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** One font for all machines; it has Greek letters, superscripts and arrows, which the fonts that every reader has lack. */
const fontFile = (): string =>
  require.resolve('@fontsource/dejavu-sans/files/dejavu-sans-latin-400-normal.woff');

/**
 * An SVG that stands alone as a PDF of one page of its size, in vectors, with the letters it uses embedded. No browser is needed; equal pictures give equal
 * bytes.
 */
export async function pdfOf(svg: string, title: string): Promise<Uint8Array> {
  // Loaded when the first PDF is written: everything else does without.
  const [{ default: PDFDocument }, { default: drawSvg }] = await Promise.all([
    import('pdfkit'),
    import('svg-to-pdfkit'),
  ]);
  const size = /<svg [^>]*width="([\d.]+)" height="([\d.]+)"/.exec(svg);
  if (size === null) throw new Error('internal: a picture without a size cannot become a PDF.');
  const document = new PDFDocument({
    size: [Number(size[1]), Number(size[2])],
    margin: 0,
    info: { Title: title, CreationDate: new Date(0) },
  });
  document.registerFont('text', fontFile());
  const pieces: Uint8Array[] = [];
  const written = new Promise<void>((resolve, reject) => {
    document.on('data', (piece: Uint8Array) => pieces.push(piece));
    document.on('end', resolve);
    document.on('error', reject);
  });
  drawSvg(document, svg, 0, 0, { fontCallback: () => 'text' });
  document.end();
  await written;
  return Buffer.concat(pieces);
}
