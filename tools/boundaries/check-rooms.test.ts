import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkCircles, checkInside, checkRooms } from './check-rooms.ts';
import { circlesOf } from './circles.ts';
import { readImports } from './imports.ts';

const root = mkdtempSync(join(tmpdir(), 'longhorizon-rooms-'));
afterAll(() => rmSync(root, { recursive: true }));

/** A package's sources in a scratch folder. */
function sources(name: string, files: Readonly<Record<string, string>>): string {
  const folder = `${name}/src`;
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, folder, path)), { recursive: true });
    writeFileSync(join(root, folder, path), text);
  }
  return folder;
}

test('a room uses those that stand before it, and files beside the rooms use all', () => {
  const folder = sources('downwards', {
    'index.ts': "export * from './top/a.ts';",
    'top/a.ts': "export * from '../ground/b.ts';",
    'top/a.test.ts': "import '../roof/c.ts';",
    'ground/b.ts': '',
    'roof/c.ts': "import type { T } from '../top/a.ts';",
  });
  expect(checkRooms(root, { folder, order: ['ground', 'top', 'roof'] })).toEqual([]);
  expect(checkRooms(root, { folder, order: ['top', 'ground', 'roof'] })).toEqual([
    "downwards/src/top/a.ts:1: the room 'top' of downwards/src uses 'ground'. It may use no other room.",
  ]);
});

test('what is imported for its effect, or beside types, is loaded; types alone are not', () => {
  const folder = sources('loaded', {
    'a.ts':
      "import './effect.ts';\nimport { type T, value } from './both.ts';\nimport { type U } from './types.ts';",
  });
  expect(readImports(root, folder).map(({ specifier, typeOnly }) => [specifier, typeOnly])).toEqual([
    ['./effect.ts', false],
    ['./both.ts', false],
    ['./types.ts', true],
  ]);
});

test('an exception is needed, or it goes; a folder has a place', () => {
  const folder = sources('exceptions', {
    'a/one.ts': "import '../b/two.ts';",
    'b/two.ts': '',
    'c/three.ts': '',
  });
  expect(checkRooms(root, { folder, order: ['a', 'b', 'c'], exceptions: ['a -> b'] })).toEqual([]);
  expect(checkRooms(root, { folder, order: ['b', 'a'], exceptions: ['a -> c'] })).toEqual([
    'exceptions/src/c: the room has no place. Add it to tools/boundaries/rooms.ts.',
    "tools/boundaries/rooms.ts: no file of exceptions/src needs the exception 'a -> c' any more; remove it.",
  ]);
});

test('folders on one floor use nothing of each other', () => {
  const folder = sources('floor', {
    'a/one.ts': "import '../b/two.ts';",
    'b/two.ts': "import '../shared.ts';",
  });
  expect(checkRooms(root, { folder, order: [] })).toEqual([
    "floor/src/a/one.ts:1: the room 'a' of floor/src uses 'b'. It may use no other folder here.",
  ]);
});

test('a circle of values is a fault, and one with a type has to be named', () => {
  const folder = sources('circles', {
    'a.ts': "import { b } from './b.ts';",
    'b.ts': "import { a } from './a.ts';",
    'c.ts': "import { type D } from './d.ts';",
    'd.ts': "import { c } from './c.ts';",
  });
  const ofValues = "circles/src/a.ts ⇄ circles/src/b.ts: these files import each other's values in a circle.";
  expect(checkCircles(root, [folder], {})).toEqual([
    ofValues,
    'circles/src/c.ts ⇄ circles/src/d.ts: these files import each other in a circle of types.',
  ]);
  expect(checkCircles(root, [folder], { types: [`${folder}/c`, `${folder}/d`] })).toEqual([ofValues]);
});

test('a name of a circle that is gone is a fault, and so is one of values', () => {
  const folder = sources('stale', {
    'a.ts': "import { b } from './b.ts';",
    'b.ts': '',
    'c.ts': "import { d } from './d.ts';",
    'd.ts': "import { c } from './c.ts';",
  });
  expect(
    checkCircles(root, [folder], { 'a pair': [`${folder}/a`, `${folder}/b`], two: [`${folder}/`] }),
  ).toEqual([
    "stale/src/c.ts ⇄ stale/src/d.ts: these files import each other's values in a circle.",
    "tools/boundaries/rooms.ts: no files are the circle 'a pair' any more; remove it.",
    "tools/boundaries/rooms.ts: no files are the circle 'two' any more; remove it.",
  ]);
});

test('circles are found whatever hangs on them', () => {
  const edges = ['ab', 'bc', 'ca', 'cd', 'de', 'ed', 'xa'].map(
    (edge) => [edge[0], edge[1]] as [string, string],
  );
  expect(circlesOf(edges)).toEqual([
    ['a', 'b', 'c'],
    ['d', 'e'],
  ]);
});

test('this repository', () => {
  expect(checkInside(dirname(dirname(import.meta.dirname)))).toEqual([]);
});
