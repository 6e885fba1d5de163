/** @file Tables of numbers with the class in the last column, through papaparse. */
import Papa from 'papaparse';
import type { FileDefinition } from '../dataset/types.ts';
import { DatasetError } from '../errors.ts';

/** How a table is laid out. */
export interface TableLayout {
  readonly path: string;
  /** `counts`: rows, features, class names. `names`: column names. `none`: data from the first line on. */
  readonly firstLine: 'counts' | 'names' | 'none';
  readonly classNames: readonly string[];
  /** What the first class is called in the last column: 0, or 1 for sets that count from one. */
  readonly firstLabel?: number;
  /** Rows that are pictures: [height, width]. Without it a row has shape [1, 1, features]. */
  readonly picture?: readonly [height: number, width: number];
}

/** A reader of a comma-separated table. */
export function table(layout: TableLayout): FileDefinition['read'] {
  return (open) => {
    const { data, errors } = Papa.parse<string[]>(new TextDecoder().decode(open(layout.path)), {
      skipEmptyLines: true,
    });
    const fault = errors.find(({ type }) => type !== 'Delimiter');
    if (fault)
      throw new DatasetError(`${layout.path} is not a readable table: line ${fault.row}: ${fault.message}.`);
    const rows = layout.firstLine === 'none' ? data : data.slice(1);
    const features = (rows[0]?.length ?? 0) - 1;
    const [height, width] = layout.picture ?? [1, 1];
    if (features < 1 || features % (height * width) !== 0) {
      throw new DatasetError(
        `${layout.path} should hold rows of numbers with the class at the end` +
          `${layout.picture ? `, each a picture of ${height}x${width}` : ''}; its first row has ${features + 1} cells.`,
      );
    }
    const images = new Float32Array(rows.length * features);
    const labels = new Uint32Array(rows.length);
    rows.forEach((row, i) => {
      const numbers = row.map((cell) => (cell.trim() === '' ? Number.NaN : Number(cell)));
      if (numbers.length !== features + 1 || !numbers.every(Number.isFinite)) {
        throw new DatasetError(
          `Row ${i + 1} of ${layout.path} does not hold ${features + 1} numbers: ${row.join(',')}.`,
        );
      }
      const label = numbers[features]! - (layout.firstLabel ?? 0);
      if (!(label in layout.classNames)) {
        throw new DatasetError(`Row ${i + 1} of ${layout.path} has the unknown class ${numbers[features]}.`);
      }
      images.set(numbers.slice(0, features), i * features);
      labels[i] = label;
    });
    return {
      images,
      labels,
      shape: [rows.length, height, width, features / (height * width)],
      classNames: layout.classNames,
    };
  };
}
