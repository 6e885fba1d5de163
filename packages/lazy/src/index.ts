/** @file Lazy, reconstructed: a student's long horizon, a teacher's leap (after Jamal et al., ICCV 2021). */
export { type AlphaEff, type LazyOptions, type LazyVariant, lazy, lookahead } from './lazy.ts';
