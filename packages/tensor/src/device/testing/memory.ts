/**
 * A program of its own for memory.test.ts, run with --expose-gc: it opens and closes devices and prints, as JSON, how many of them
 * are still in memory and by how much the process has grown over the second half.
 */
import { openDevice } from '../index.ts';

const rounds = Number(process.argv[2]);
const gc = (globalThis as { gc?: () => void }).gc;
if (gc === undefined) throw new Error('Run this with --expose-gc.');

const opened: WeakRef<object>[] = [];
let halfway = 0;
for (let round = 0; round < rounds; round++) {
  await openAndClose();
  await collect();
  if (round + 1 === rounds / 2) halfway = process.memoryUsage.rss();
}
const alive = opened.filter((one) => one.deref() !== undefined).length;
console.log(JSON.stringify({ alive, grownBytes: process.memoryUsage.rss() - halfway }));

/** What a short-lived device does: a pipeline, a buffer, a submission, a read. */
async function openAndClose(): Promise<void> {
  const device = await openDevice();
  opened.push(new WeakRef(device));
  const buffer = device.createBuffer({ label: 'x', bytes: 4, class: 'data' });
  await device.pipeline('@compute @workgroup_size(1) fn main() {}');
  device.submit(device.gpu.createCommandEncoder().finish());
  await device.read(buffer);
  await device.close();
}

/** Weak references are cleared between turns of the event loop, never within one. */
async function collect(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    gc!();
  }
}
