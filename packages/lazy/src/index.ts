/** @file Lazy, reconstructed: a student's long horizon, a teacher's leap (after Jamal et al., ICCV 2021). */
export { lazy, lookahead } from './lazy.ts';
export type { AlphaEff, LazyOptions, LazyVariant } from './options.ts';
