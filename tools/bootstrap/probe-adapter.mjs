/**
 * @file Run as a process of its own: opens WebGPU and prints the first adapter as one line of JSON, or `null`.
 * A driver that crashes takes this process with it and not the one that asked.
 */
import { writeSync } from 'node:fs';
import { create } from 'webgpu';

const gpu = create([]);
const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
const answer =
  adapter === null
    ? null
    : {
        vendor: adapter.info.vendor,
        architecture: adapter.info.architecture,
        device: adapter.info.device,
        description: adapter.info.description,
        isFallbackAdapter: adapter.info.isFallbackAdapter,
      };
writeSync(1, `${JSON.stringify(answer)}\n`);
// Leaves at once, without waiting for Dawn's own threads.
process.exit(0);
