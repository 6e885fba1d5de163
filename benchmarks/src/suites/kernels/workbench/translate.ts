/** @file What Dawn makes of a kernel's WGSL: in a process of its own, because Dawn prints it on standard output. */
import { spawn } from 'node:child_process';
import { UsageError } from '@longhorizon/harness';
import { driverSettings } from '@longhorizon/tensor/device';
import { childProgram } from '../../../child-program.ts';

export interface Translation {
  /** As Dawn calls it: SPIRV, MSL, HLSL. */
  readonly language: string;
  readonly text: string;
}

const limitMs = 60_000;

/** Around what the process says of a fault, among what drivers print. */
export const faultMark = '=== longhorizon ===';

/** The last shader in what Dawn printed. */
export function lastShader(printed: string): Translation | undefined {
  const marks = [...printed.matchAll(/\/\* Dumped (?:generated )?(\w+)(?: disassembly)? \*\/\n/g)];
  const last = marks.at(-1);
  if (last === undefined) return undefined;
  const text = printed.slice(last.index + last[0].length).split(/^(?:info|warning|error):/m)[0]!;
  return { language: last[1]!, text: text.trimEnd() };
}

/** @throws UsageError where it does not compile, or is not translated in time */
export async function translate(wgsl: string): Promise<Translation> {
  const { file, nodeOptions } = childProgram('./translate-child', import.meta.url);
  const child = spawn(process.execPath, [...nodeOptions, file], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...driverSettings('large', process.env) },
  });
  let [printed, said] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stdin.on('error', () => {});
  child.stdin.end(wgsl);
  const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', (ended) => resolve(ended));
  });
  clearTimeout(timer);
  const fault = said.split(faultMark)[1];
  if (fault !== undefined) throw new UsageError(fault);
  const shader = lastShader(printed);
  if (code === 0 && shader !== undefined) return shader;
  throw new UsageError(
    code === null
      ? `The kernel was not translated within ${limitMs / 1000} s; the process was ended.`
      : `Dawn printed no translated shader (its process ended with code ${code}).`,
  );
}
