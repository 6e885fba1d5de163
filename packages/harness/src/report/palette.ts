/**
 * Seven colours after Okabe and Ito, which people with any of the common colour deficiencies can tell apart (without the yellow that
 * vanishes on white), and five darker ones after Tol for suites of a dozen methods. Readers need not tell twelve colours apart: they are
 * those of families of methods, names stand at the ends of lines, and shapes differ as well. Each has a lighter twin for the dark theme; see `assets/site.css`.
 * On every ground of its theme each has a contrast of 3 or more.
 */
export const seriesColours = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#b8519a',
  '#b07400',
  '#6b6b6b',
  '#332288',
  '#8b1a4f',
  '#8a5a2b',
  '#0f7c86',
  '#85801c',
  '#2f8fcf',
] as const;

/** Members of a family have one colour and a shape each, which repeat after eight. */
const shapes = [
  'circle',
  'square',
  'triangle-up',
  'diamond',
  'triangle-down',
  'cross',
  'triangle-right',
  'triangle-left',
] as const;

/** How a method looks in every chart. */
export interface Look {
  /** A CSS colour: a variable of the theme, with the light colour where there is no theme. */
  readonly colour: string;
  readonly shape: (typeof shapes)[number];
}

/** Looks by method. */
export type Looks = (method: string) => Look;

/**
 * Gives methods of one family one colour and every member a shape of its own; methods without a family, and those that are not in the list, are a
 * family each, so that two of them look alike only after twelve.
 */
export function looksOf(
  methods: readonly string[],
  familyOf: (method: string) => string | undefined = () => undefined,
): Looks {
  const families = [...new Set(methods.map((method) => familyOf(method) ?? `alone ${method}`))];
  const members = new Map<string, number>();
  const looks = new Map(
    methods.map((method) => {
      const family = familyOf(method) ?? `alone ${method}`;
      const [index, member] = [families.indexOf(family), members.get(family) ?? 0];
      members.set(family, member + 1);
      // Beyond twelve families a colour comes again, with other shapes.
      const shape =
        member + Math.floor(index / seriesColours.length) + (familyOf(method) === undefined ? index : 0);
      return [method, lookOf(index, shape)];
    }),
  );
  return (method) => looks.get(method) ?? lookOf(families.length, families.length);
}

function lookOf(family: number, shape: number): Look {
  const colour = family % seriesColours.length;
  return {
    colour: `var(--series-${colour}, ${seriesColours[colour]})`,
    shape: shapes[shape % shapes.length] ?? 'circle',
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
    case 'triangle-right':
      return 'M12 7L2.5 12V2Z';
    case 'triangle-left':
      return 'M2 7L11.5 12V2Z';
    case 'cross':
      return 'M5.3 2H8.7V5.3H12V8.7H8.7V12H5.3V8.7H2V5.3H5.3Z';
    default:
      return shape satisfies never;
  }
}
