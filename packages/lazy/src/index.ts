/** @file Lazy, reconstructed (Jamal et al., ICCV 2021). */
export {};
