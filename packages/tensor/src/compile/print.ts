import { formatBytes } from '../device/errors.ts';
import { showShape } from '../graph/shape.ts';
import { partsOf } from './fusions/fusion-kernel.ts';
import type { Program } from './program.ts';
import { type Region, regionBytes } from './storage.ts';

const describe = (program: Program, region: Region): string => {
  const real = program.aliasOf(region);
  const place = real.kind === 'arena' ? `@${program.arena.offsets.get(real)}` : 'own';
  return `${real.label} ${real.dtype}${showShape([real.elements])} ${place}`;
};

/**
 * One line a dispatch, and one for each further kernel that shares it: its number, ops, workgroups, kernel variant; then its buffers.
 *
 * @param options.wgsl adds each dispatch's whole module
 */
export function printPlan(program: Program, options: { wgsl?: boolean } = {}): string {
  const lines = [
    `${program.kernels.length} dispatches, arena ${formatBytes(program.arena.bytes)} (${Object.entries(
      program.arena.classes,
    )
      .map(([name, bytes]) => `${name} ${formatBytes(bytes)}`)
      .join(', ')})`,
  ];
  program.kernels.forEach((kernel, k) => {
    partsOf(kernel).forEach(({ label, variant, workgroups, operations }, part) => {
      const by = variant === undefined ? '' : ` by ${variant}`;
      const work = variant === undefined ? '' : `, ${operations.toLocaleString('en-US')} operations`;
      const number = part === 0 ? String(k) : '|';
      lines.push(`${number.padStart(3)}  ${label}${by}, ${workgroups.join(' × ')} workgroups${work}`);
    });
    kernel.regions.forEach((region, binding) => {
      lines.push(`       ${binding}: ${describe(program, region)}`);
    });
    if (options.wgsl) lines.push(kernel.wgsl.replace(/^/gm, '       │ '));
  });
  return lines.join('\n');
}

/** A bar for each dispatch: the bytes of the arena in use while it runs. */
export function printMemory(program: Program, width = 48): string {
  const { overTime } = program.arena;
  const most = Math.max(1, ...overTime);
  const lines = overTime.map((bytes, step) => {
    const bar = '█'.repeat(Math.round((bytes / most) * width));
    return `${String(step).padStart(3)}  ${bar.padEnd(width)} ${formatBytes(bytes)}`;
  });
  const external = [...program.inputs.values(), ...program.constants.values(), ...program.outputs];
  const outside = [...new Set(external)].reduce((sum, region) => sum + regionBytes(region.elements), 0);
  return `${lines.join('\n')}\nbeside the arena: ${formatBytes(outside)} of inputs, constants and outputs`;
}
