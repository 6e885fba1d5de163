/** @file A program as text: everything that decides what runs and what it costs, nothing that changes between runs. */
import { type Program, type ProgramRequest, predictBytes } from '@longhorizon/tensor/compiler';

export function printProgram(request: ProgramRequest, program: Program): string {
  const bytes = Object.entries(predictBytes(request, program)).sort(([a], [b]) => (a < b ? -1 : 1));
  const place = (region: Program['outputs'][number]): string => {
    const real = program.aliasOf(region);
    const at = real.kind === 'arena' ? `+${program.arena.offsets.get(real)}` : `#${real.id}`;
    return `${real.kind}${at}[${real.elements}]`;
  };
  const head = [
    `dispatches: ${program.kernels.length}`,
    `bytes: ${bytes.map(([name, count]) => `${name} ${count}`).join(', ') || 'none'}`,
    `outputs: ${program.outputs.map(place).join(', ') || 'none'}`,
  ];
  const kernels = program.kernels.map((kernel, k) =>
    [
      `--- ${k}: ${kernel.label}`,
      `variant: ${kernel.variant ?? 'none'}`,
      `workgroups: ${kernel.workgroups.join(' × ')}`,
      `operations: ${kernel.operations}`,
      `regions: ${kernel.regions.map(place).join(', ')}`,
      ...(kernel.numbers === undefined ? [] : [`numbers: ${kernel.numbers.join(' ')}`]),
      kernel.wgsl,
    ].join('\n'),
  );
  return `${[...head, ...kernels].join('\n')}\n`;
}
