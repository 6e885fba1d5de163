/**
 * Seven colours after Okabe and Ito, which people with any of the common colour deficiencies can tell apart (without the yellow that
 * vanishes on white), and five darker ones after Tol for suites of a dozen methods. Nobody has to tell twelve colours apart: shapes differ
 * as well, and those of one shape differ most. Each has a lighter twin for the dark theme; see `assets/site.css`.
 */
const colours = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#b8519a',
  '#d98e00',
  '#6b6b6b',
  '#3a9bd9',
  '#8b1a4f',
  '#8a5a2b',
  '#0f7c86',
  '#85801c',
  '#332288',
] as const;

/** Shapes repeat after five, colours after twelve: 60 methods before a pair repeats. */
const shapes = ['circle', 'square', 'triangle-up', 'diamond', 'triangle-down'] as const;

/** How a method looks in every chart. */
export interface Look {
  /** A CSS colour: a variable of the theme, with the light colour where there is no theme. */
  readonly colour: string;
  readonly shape: (typeof shapes)[number];
}

/** Looks by method. */
export type Looks = (method: string) => Look;

/** Gives every method a look of its own, by its position. Methods that are not in the list share the last. */
export function looksOf(methods: readonly string[]): Looks {
  return (method) => {
    const position = methods.indexOf(method);
    const index = position < 0 ? methods.length : position;
    const colour = index % colours.length;
    return {
      colour: `var(--series-${colour}, ${colours[colour]})`,
      shape: shapes[index % shapes.length] ?? 'circle',
    };
  };
}

/** The outline of a shape in a box of 14 by 14, for keys beside charts. */
export function shapePath(shape: Look['shape']): string {
  switch (shape) {
    case 'circle':
      return 'M7 2.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 1 1 0-9Z';
    case 'square':
      return 'M3 3H11V11H3Z';
    case 'diamond':
      return 'M7 1.5L12 7L7 12.5L2 7Z';
    case 'triangle-up':
      return 'M7 2L12 11.5H2Z';
    case 'triangle-down':
      return 'M7 12L12 2.5H2Z';
    default:
      return shape satisfies never;
  }
}
