/** @file Translates one module: reads WGSL from standard input; Dawn prints what it makes of it on standard output. Started by `translate.ts`. */
import { openDevice } from '@longhorizon/tensor';
import { faultMark } from './translate.ts';

const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
const device = await openDevice({
  warmPipelines: false,
  toggles: { enable: ['dump_shaders', 'disable_symbol_renaming'] },
});
try {
  await device.pipeline(Buffer.concat(chunks).toString('utf8'), { label: 'this kernel' });
} catch (error) {
  process.stderr.write(`${faultMark}${error instanceof Error ? error.message : String(error)}${faultMark}`);
  process.exitCode = 1;
} finally {
  await device.close();
}
