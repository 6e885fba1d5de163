/**
 * @file SwiftShader, the software driver of browsers, and any other software adapter that is not llvmpipe. It was measured for correctness only:
 * it takes the numbers of llvmpipe, but for its cache, which is in memory.
 */
import { llvmpipe } from './llvmpipe.ts';
import type { AdapterProfile } from './profile.ts';

export const swiftshader: AdapterProfile = {
  ...llvmpipe,
  name: 'swiftshader',
  // It has 12, of which a browser shows 10: Node.js and a page then run the same programs, and their counters can be compared.
  mostStorageBuffers: 10,
  warmPipelines: false,
  resident: { threads: 8, lockstep: false, gain: undefined },
};
