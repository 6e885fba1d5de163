/** @file `longhorizon kernels show` and `diff`: a kernel's WGSL, its translation, and what stands in both. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closing, UsageError } from '@longhorizon/harness';
import { type Device, openDevice } from '@longhorizon/tensor';
import {
  algorithmicBytes,
  issuedBytes,
  type KernelTask,
  type KernelVariant,
  kernelAdapterOf,
  operationsOf,
  parseShape,
  standaloneModule,
} from '@longhorizon/tensor/kernels';
import { root } from '../../../root.ts';
import { readVariants } from './candidates.ts';
import type { Place } from './messages.ts';
import { countRows, sideBySide } from './side-by-side.ts';
import { type SpirvFunction, spirvFunctions, totalCounts } from './spirv.ts';
import { translate } from './translate.ts';

/** A kernel as it stands in some commit; the files as they are now without one. */
export interface Shown extends Place {
  readonly name: string;
  readonly commit?: string;
}

interface Looked {
  readonly title: string;
  readonly task: KernelTask;
  readonly wgsl: string;
  readonly workgroups: readonly [number, number, number];
  readonly language: string;
  readonly translated: string;
  readonly functions: readonly SpirvFunction[];
  /** Bytes that its loads and stores ask for, counted while it ran. */
  readonly issued: number;
}

/** The sources of the tensor package in a commit, in a scratch folder. @throws UsageError for a commit that is not there */
function sourcesOf(commit: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'longhorizon-commit-'));
  try {
    const archive = execFileSync('git', ['archive', commit, 'packages/tensor/src'], {
      cwd: root,
      maxBuffer: 2 ** 28,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    execFileSync('tar', ['-x', '-C', folder], { input: archive });
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    return folder;
  } catch (error) {
    rmSync(folder, { recursive: true });
    const reason = error instanceof Error ? error.message.split('\n').at(-2) : String(error);
    throw new UsageError(`The kernels of '${commit}' cannot be read from git: ${reason}`);
  }
}

async function look(device: Device, shown: Shown): Promise<Looked> {
  const folder = shown.commit === undefined ? undefined : sourcesOf(shown.commit);
  try {
    const [variant] = await readVariants(shown.family, shown.from, shown.name, folder);
    const title = `${shown.family}/${shown.name}${shown.commit === undefined ? '' : `@${shown.commit}`}`;
    return await lookAt(
      device,
      title,
      parseShape(shown.family, shown.shape)!,
      variant as KernelVariant<never>,
    );
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true });
  }
}

async function lookAt(
  device: Device,
  title: string,
  task: KernelTask,
  variant: KernelVariant<never>,
): Promise<Looked> {
  const adapter = kernelAdapterOf(device);
  const refusal = variant.prerequisites(task.problem as never, adapter);
  if (refusal !== undefined) throw new UsageError(`${title} cannot take ${task.title}: it ${refusal}.`);
  const kernel = variant.emit(task.problem as never, adapter);
  const wgsl = standaloneModule(task, kernel);
  const { language, text } = await translate(wgsl);
  return {
    title,
    task,
    wgsl,
    workgroups: kernel.workgroups,
    language,
    translated: text,
    functions: language === 'SPIRV' ? spirvFunctions(text) : [],
    issued: await issuedBytes(device, task, kernel),
  };
}

const million = (value: number): string => `${(value / 1e6).toPrecision(3)} MB`;

function head({ title, task, workgroups, issued }: Looked): string {
  const algorithmic = algorithmicBytes(task);
  return [
    `${title}  ${task.title}: ${workgroups.join(' × ')} workgroups, ${(operationsOf(task) / 1e6).toPrecision(3)} million operations`,
    `bytes issued ${million(issued)}, ${(issued / algorithmic).toFixed(1)} times the ${million(algorithmic)} that have to move`,
  ].join('\n');
}

async function withDevice<Result>(use: (device: Device) => Promise<Result>): Promise<Result> {
  await using device = closing(await openDevice({ warmPipelines: false }));
  return await use(device);
}

/** @param width of the terminal, in characters */
export function show(shown: Shown, width: number): Promise<string> {
  return withDevice(async (device) => {
    const looked = await look(device, shown);
    const { wgsl, functions, language, translated } = looked;
    const rows = countRows([totalCounts(functions)]).map(
      ({ name, values }) => `  ${name.padEnd(26)} ${String(values[0]).padStart(8)}`,
    );
    const text =
      language === 'SPIRV' ? sideBySide(wgsl, functions, width) : `${wgsl}\n\n── ${language}\n${translated}`;
    const counted = rows.length === 0 ? [] : ['', `places in the ${language}`, ...rows];
    return [head(looked), ...counted, '', text].join('\n');
  });
}

/** The lines in which two texts differ, as git shows them; empty where there are none. */
function textDifference(one: Looked, other: Looked): string {
  const folder = mkdtempSync(join(tmpdir(), 'longhorizon-diff-'));
  try {
    writeFileSync(join(folder, 'a.wgsl'), `${one.wgsl}\n`);
    writeFileSync(join(folder, 'b.wgsl'), `${other.wgsl}\n`);
    const { stdout } = spawnSync('git', ['diff', '--no-index', '--no-color', 'a.wgsl', 'b.wgsl'], {
      cwd: folder,
      encoding: 'utf8',
    });
    return stdout
      .split('\n')
      .filter((line) => !/^(diff --git|index |--- a|\+\+\+ b)/.test(line))
      .join('\n')
      .trimEnd();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Two kernels of one family at one shape: what they issue, what stands in their translations, and the lines in which they differ. */
export function diff(one: Shown, other: Shown): Promise<string> {
  return withDevice(async (device) => {
    const pair = [await look(device, one), await look(device, other)] as const;
    const rows = [
      { name: 'bytes issued', values: pair.map(({ issued }) => issued) },
      { name: 'workgroups', values: pair.map(({ workgroups }) => workgroups.reduce((a, b) => a * b, 1)) },
      ...countRows(pair.map(({ functions }) => totalCounts(functions))),
    ].map(({ name, values: [a = 0, b = 0] }) => {
      const change = a === b ? '' : `${b > a ? '+' : '−'}${Math.abs(b - a)}`;
      return `  ${name.padEnd(26)} ${String(a).padStart(12)} ${String(b).padStart(12)}  ${change}`.trimEnd();
    });
    const difference = textDifference(...pair);
    return [
      `a ${pair[0].title}, b ${pair[1].title}, at ${pair[0].task.title}`,
      '',
      `  ${''.padEnd(26)} ${'a'.padStart(12)} ${'b'.padStart(12)}`,
      ...rows,
      '',
      difference === '' ? 'Their WGSL is the same.' : difference,
    ].join('\n');
  });
}
