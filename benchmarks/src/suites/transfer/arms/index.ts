/** @file All arms: an arm is one line here and one file beside this one. */
import type { Arm } from './arm.ts';
import { base } from './base.ts';
import { dropBlockArm } from './drop-block.ts';
import { dropoutArm } from './dropout.ts';
import { fixedNoise } from './fixed-noise.ts';
import { manifoldMixup } from './manifold-mixup.ts';
import { perturbations } from './perturbation.ts';

export const arms: readonly Arm[] = [
  base,
  ...perturbations,
  fixedNoise,
  dropoutArm,
  dropBlockArm,
  manifoldMixup,
];
