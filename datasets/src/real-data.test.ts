import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FileDefinition } from './dataset/types.ts';
import { omniglot, omniglotBits } from './definitions/omniglot.ts';
import { FILE_DATASETS } from './definitions/registry.ts';
import { loadDataset, missingFiles } from './load.ts';
import { keyAt } from './random/key.ts';
import { officialClassSplit } from './samplers/class-splits.ts';
import { searchFolders } from './store/folders.ts';

/** What the manifest beside the data says about one set. */
interface ManifestEntry {
  readonly name: string;
  readonly files: readonly { path: string; bytes: number; sha256: string }[];
  readonly count: number;
  readonly classes: number;
  readonly per_class_counts: readonly number[];
  readonly class_names: readonly string[] | null;
  readonly licence: string;
  readonly pixels?: { readonly mean?: readonly number[]; readonly gray_mean?: readonly number[] };
}

const manifestPath = searchFolders()
  .map((folder) => join(folder, 'manifest.json'))
  .find((path) => existsSync(path));
const manifest = manifestPath
  ? (JSON.parse(readFileSync(manifestPath, 'utf8')) as { datasets: readonly ManifestEntry[] }).datasets
  : [];

const isHere = (definition: FileDefinition) => missingFiles(definition).length === 0;
const here = FILE_DATASETS.filter(isHere);
const absent = FILE_DATASETS.filter((definition) => !isHere(definition));

function countClasses(labels: Uint32Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]! += 1;
  return counts;
}

const expectedCounts = ({ perClassCounts, classes }: FileDefinition): readonly number[] =>
  typeof perClassCounts === 'number' ? new Array<number>(classes).fill(perClassCounts) : perClassCounts;

describe('data sets on this machine', () => {
  it('says which are here and which are not', () => {
    const list = (definitions: readonly FileDefinition[]) =>
      definitions.map(({ name }) => name).join(', ') || 'none';
    console.log(`Real data sets tested: ${list(here)}.`);
    console.log(`Absent, so not tested: ${list(absent)}. Set LONGHORIZON_DATA to a folder that has them.`);
    expect(here.length + absent.length).toBe(FILE_DATASETS.length);
  });

  for (const definition of here) {
    it(`${definition.name} loads, with the shape, classes and class counts of its definition`, () => {
      const dataset = loadDataset(definition.name);
      const [count, height, width, channels] = definition.shape;
      expect(dataset.shape).toEqual(definition.shape);
      expect(dataset.images.length).toBe(count * height * width * channels);
      expect(dataset.labels.length).toBe(count);
      expect(dataset.classNames.length).toBe(definition.classes);
      expect(countClasses(dataset.labels, definition.classes)).toEqual(expectedCounts(definition));
      if (definition.valueRange) {
        let [smallest, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
        for (const value of dataset.images) {
          if (value < smallest) smallest = value;
          if (value > largest) largest = value;
        }
        expect(smallest).toBeGreaterThanOrEqual(definition.valueRange[0]);
        expect(largest).toBeLessThanOrEqual(definition.valueRange[1]);
        expect(largest).toBeGreaterThan(0.8 * definition.valueRange[1]);
      }
    });
  }

  for (const entry of manifest) {
    it(`${entry.name} agrees with the manifest beside the data`, () => {
      const definition = FILE_DATASETS.find(({ name }) => name === entry.name)!;
      expect(definition).toBeDefined();
      expect(definition.classes).toBe(entry.classes);
      expect(definition.shape[0]).toBe(entry.count);
      expect(expectedCounts(definition)).toEqual(entry.per_class_counts);
      for (const file of definition.files) {
        const listed = entry.files.find(({ path }) => path === `data/${file.path}`)!;
        expect([file.path, file.bytes, file.sha256]).toEqual([file.path, listed.bytes, listed.sha256]);
      }
      if (!isHere(definition)) return;
      const dataset = loadDataset(entry.name);
      if (entry.class_names) expect(dataset.classNames).toEqual(entry.class_names);
      const mean = entry.pixels?.mean ?? entry.pixels?.gray_mean;
      if (mean) {
        const sums = new Array<number>(mean.length).fill(0);
        dataset.images.forEach((value: number, i: number) => {
          sums[i % mean.length]! += value;
        });
        const pixels = dataset.images.length / mean.length;
        sums.forEach((sum, channel) => {
          expect(sum / pixels / 255).toBeCloseTo(mean[channel]!, 3);
        });
      }
    });
  }

  it('has every set of the manifest among its definitions', () => {
    const names = FILE_DATASETS.map(({ name }) => name);
    for (const { name } of manifest) expect(names).toContain(name);
  });

  if (here.includes(omniglot) && here.includes(omniglotBits)) {
    it('Omniglot at one bit is Omniglot at eight bits, cut at 89', () => {
      const gray = loadDataset('omniglot');
      const bits = loadDataset('omniglot-bits');
      expect(gray.groups?.names.length).toBe(50);
      expect(gray.classNames[0]).toBe('Alphabet_of_the_Magi/character01');
      expect(bits.images.every((value: number, i: number) => (value === 255) === gray.images[i]! >= 89)).toBe(
        true,
      );
    });

    it('Omniglot splits by alphabet as its makers did', () => {
      const dataset = loadDataset('omniglot-bits');
      const split = officialClassSplit(dataset, keyAt(0, {}), 172);
      expect([split.train.length, split.validation.length, split.test.length]).toEqual([792, 172, 659]);
      const alphabets = (classes: Uint32Array) =>
        new Set([...classes].map((label) => dataset.groups!.ofClass[label]));
      const known = alphabets(Uint32Array.from([...split.train, ...split.validation]));
      expect([known.size, alphabets(split.test).size]).toEqual([30, 20]);
      for (const alphabet of alphabets(split.test)) expect(known.has(alphabet)).toBe(false);
    });
  }
});
