/** @file Colours for the procedural pictures. */
import type { Draw } from '../random/draw.ts';

/** Red, green and blue in [0, 1]. */
export type Colour = readonly [red: number, green: number, blue: number];

/**
 * A colour from its hue, saturation and value, each in [0, 1]; the hue wraps around.
 * Source: Smith, "Color gamut transform pairs" (SIGGRAPH 1978).
 */
export function fromHue(hue: number, saturation: number, value: number): Colour {
  const part = (shift: number): number => {
    const place = (hue - Math.floor(hue)) * 6 + shift;
    const k = place - 6 * Math.floor(place / 6);
    return value - value * saturation * Math.max(0, Math.min(k, 4 - k, 1));
  };
  return [part(5), part(3), part(1)];
}

/** Between two colours: `from` at 0, `to` at 1. */
export function mix(from: Colour, to: Colour, place: number): Colour {
  return [
    from[0] + (to[0] - from[0]) * place,
    from[1] + (to[1] - from[1]) * place,
    from[2] + (to[2] - from[2]) * place,
  ];
}

/** Any colour, from pale to strong and from dim to bright. */
export function anyColour(draw: Draw): Colour {
  return fromHue(draw.uniform(), draw.uniform(0.25, 1), draw.uniform(0.45, 1));
}

/** How bright a colour looks, with the usual weights of the three primaries. */
export function brightness([red, green, blue]: Colour): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}
