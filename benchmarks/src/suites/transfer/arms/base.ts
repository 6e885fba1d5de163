/** @file The host by itself. */
import { cards } from '../cards.ts';
import type { Arm } from './arm.ts';

export const base: Arm = {
  name: 'base',
  title: 'Plain training',
  role: 'baseline',
  card: cards.base,
  drawsAtTest: false,
  network: (host) => host,
};
