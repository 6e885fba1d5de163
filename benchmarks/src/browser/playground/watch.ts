/** @file What a program compiles while it runs: every plan with its WGSL and bytes, seen where plans are made. */
import { type Device, Plan, printMemory, printPlan } from '@longhorizon/tensor';

/** A plan as the page shows it. */
export interface SeenPlan {
  readonly label: string;
  readonly dispatches: number;
  readonly plan: string;
  readonly wgsl: string;
  readonly memory: string;
}

/** Bytes of a device by class: alive at the peak and now. */
export interface SeenBytes {
  readonly adapter: string;
  readonly peak: number;
  readonly live: number;
  readonly peakByClass: Readonly<Record<string, number>>;
}

/** More plans than this are counted, not shown. */
const mostPlans = 40;

/** What was seen so far. */
export interface Watch {
  readonly plans: readonly SeenPlan[];
  /** Plans that were made, shown or not. */
  count(): number;
  bytes(): readonly SeenBytes[];
}

/** Watches the plans that are made from here on, by this copy of the library. */
export function watchPlans(): Watch {
  const plans: SeenPlan[] = [];
  const devices = new Set<Device>();
  let count = 0;
  const make = Plan.fromProgram;
  Plan.fromProgram = async (device, program, request) => {
    devices.add(device);
    count++;
    if (plans.length < mostPlans)
      plans.push({
        label: request.label ?? `plan ${count}`,
        dispatches: program.kernels.length,
        plan: printPlan(program),
        wgsl: program.kernels
          .map(({ label, wgsl }, k) => `// ${k}: ${label}\n${indented(wgsl)}`)
          .join('\n\n'),
        memory: printMemory(program),
      });
    return make.call(Plan, device, program, request);
  };
  return { plans, count: () => count, bytes: () => [...devices].map(bytesOf) };
}

function bytesOf({ adapter, ledger }: Device): SeenBytes {
  const { peak, live } = ledger;
  const entries = Object.entries(ledger.peakByClass()).filter(([, bytes]) => bytes > 0);
  return {
    adapter: adapter.description || adapter.name,
    peak,
    live,
    peakByClass: Object.fromEntries(entries),
  };
}

/** Bundles hold the kernels' texts without comments and indents; lines of braces are set in again, and at most one line stays empty. */
function indented(wgsl: string): string {
  let depth = 0;
  const lines = wgsl
    .trim()
    .replace(/\n\s*\n/g, '\n\n')
    .split('\n')
    .map((line) => {
      const text = line.trim();
      const closing = /^[})\]]+/.exec(text)?.[0].length ?? 0;
      const indent = Math.max(0, depth - closing);
      depth += (text.match(/[{([]/g) ?? []).length - (text.match(/[})\]]/g) ?? []).length;
      return text === '' ? '' : '  '.repeat(indent) + text;
    });
  return lines.join('\n');
}
