import type { MethodSpec } from '@longhorizon/harness';
import type { Arm } from './arms/arm.ts';
import { arms } from './arms/index.ts';

export const methods: readonly (MethodSpec & Pick<Arm, 'card' | 'title'>)[] = arms.map(
  ({ name, title, role, card }) => ({ name, title, role, card }),
);

export function armOf(name: string): Arm {
  const found = arms.find((one) => one.name === name);
  if (found === undefined) throw new Error(`internal: transfer has no method ${name}.`);
  return found;
}
