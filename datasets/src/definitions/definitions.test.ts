import { describe, expect, it } from 'vitest';
import { loadDataset } from '../load.ts';
import { DATASETS, FILE_DATASETS } from './registry.ts';

describe('definitions', () => {
  it('have different names', () => {
    expect(new Set(DATASETS.map(({ name }) => name)).size).toBe(DATASETS.length);
  });

  it.each(DATASETS.map((definition) => [definition.name, definition] as const))(
    '%s names its licence, its citation and only overlaps that exist',
    (_, definition) => {
      expect(definition.licence.id.length).toBeGreaterThan(2);
      expect(definition.citation.length).toBeGreaterThan(5);
      expect(definition.licence.shareAlike).toBe(definition.licence.id.includes('-SA-'));
      for (const { name, reason } of definition.overlaps) {
        const other = DATASETS.find((candidate) => candidate.name === name);
        expect(other?.overlaps.map((back) => back.name)).toContain(definition.name);
        expect(reason).toMatch(/\.$/);
      }
    },
  );

  it.each(FILE_DATASETS.map((definition) => [definition.name, definition] as const))(
    '%s has counts that add up and files that can be checked',
    (_, definition) => {
      const { perClassCounts, classes, shape, files, officialSplits, classSplits } = definition;
      const counts =
        typeof perClassCounts === 'number' ? new Array<number>(classes).fill(perClassCounts) : perClassCounts;
      expect(counts.length).toBe(classes);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(shape[0]);
      expect(new Set(files.map(({ path }) => path)).size).toBe(files.length);
      for (const file of files) {
        expect(file.sha256 ?? file.download?.md5).toMatch(/^[0-9a-f]{32}([0-9a-f]{32})?$/);
        expect(file.download !== undefined || file.madeFrom !== undefined).toBe(true);
        if (file.download) expect(file.download.url).toMatch(/^https?:\/\//);
      }
      const ranges = Object.values(officialSplits ?? {}).sort((a, b) => a[0] - b[0]);
      if (ranges.length > 0) {
        expect([ranges[0]![0], ranges.at(-1)![1]]).toEqual([0, shape[0]]);
        ranges.slice(1).forEach(([first], i) => {
          expect(first).toBe(ranges[i]![1]);
        });
      }
      if (classSplits) expect(Object.values(classSplits).at(-1)![1]).toBe(classes);
    },
  );

  it.each(DATASETS.filter(({ kind }) => kind === 'generated').map(({ name }) => name))(
    '%s is generated with the shape it says',
    (name) => {
      const dataset = loadDataset(name);
      const { definition, images, labels, shape, classes, classNames } = dataset;
      expect(shape).toEqual(definition.shape);
      expect(images.length).toBe(shape[0] * shape[1] * shape[2] * shape[3]);
      expect([labels.length, classes, classNames.length]).toEqual([
        shape[0],
        definition.classes,
        definition.classes,
      ]);
      expect(Math.max(...labels)).toBe(classes - 1);
    },
  );
});
