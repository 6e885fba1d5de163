import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { seriesColours } from './palette.ts';

/** The blocks of variables of the style sheet, in its order; a later theme replaces what it names of the first. */
const [light, dark, print] = themes(
  readFileSync(new URL('../../assets/site.css', import.meta.url), 'utf8'),
) as readonly [Theme, Theme, Theme];

type Theme = Readonly<Record<string, string>>;

function themes(css: string): readonly Theme[] {
  const blocks = [...css.matchAll(/:root\s*\{([^}]*)\}/g)].map(([, block = '']) =>
    Object.fromEntries(
      [...block.matchAll(/--([\w-]+):\s*(#[\da-f]{3,6});/g)].map(([, name = '', colour = '']) => [
        name,
        colour,
      ]),
    ),
  );
  return blocks.map((block) => ({ ...blocks[0], ...block }));
}

/** Relative luminance of `#rgb` or `#rrggbb`. Source: WCAG 2.2. */
function luminance(colour: string): number {
  const digits =
    colour.length === 4 ? [...colour.slice(1)].map((digit) => digit + digit).join('') : colour.slice(1);
  const [red = 0, green = 0, blue = 0] = [0, 2, 4]
    .map((at) => Number.parseInt(digits.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast of two colours, from 1 to 21. Source: WCAG 2.2. */
function contrast(one: string, other: string): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

/** Names and contrasts of the theme's colours that reach less than `least` on one of its grounds. */
function tooFaint(theme: Theme, names: readonly string[], grounds: readonly string[], least: number) {
  return names.flatMap((name) =>
    grounds
      .map((ground) => ({ name, ground, ratio: contrast(theme[name] ?? '', theme[ground] ?? '') }))
      .filter(({ ratio }) => !(ratio >= least)),
  );
}

describe('colours of the page', () => {
  const series = seriesColours.map((_, index) => `series-${index}`);

  it('measures contrast as WCAG does', () => {
    expect(contrast('#000', '#ffffff')).toBeCloseTo(21, 10);
    // The grey that WCAG's guides give as the lightest with 4.5 on white.
    expect(contrast('#767676', '#fff')).toBeCloseTo(4.54, 2);
  });

  it.each([
    ['light', light],
    ['dark', dark],
    ['printed', print],
  ])(
    '%s: marks of every series have a contrast of 3 on paper, in pressed keys, in rows under the pointer and on notices',
    (_, theme) => {
      expect(tooFaint(theme, series, ['paper', 'paper-raised', 'notice'], 3)).toEqual([]);
    },
  );

  it.each([
    ['light', light],
    ['dark', dark],
    ['printed', print],
  ])('%s: letters have a contrast of 4.5 wherever they stand', (_, theme) => {
    const letters = ['ink', 'ink-faint', 'link', 'good', 'bad'];
    expect(tooFaint(theme, letters, ['paper', 'paper-raised', 'notice'], 4.5)).toEqual([]);
  });

  it('a picture without the style sheet has the light colours, and so does print', () => {
    for (const [index, colour] of seriesColours.entries()) {
      expect(light[`series-${index}`]).toBe(colour);
      expect(print[`series-${index}`]).toBe(colour);
    }
    expect(Object.keys(dark).filter((name) => name.startsWith('series-'))).toHaveLength(seriesColours.length);
    expect(seriesColours.filter((colour, index) => dark[`series-${index}`] === colour)).toEqual([]);
  });
});
