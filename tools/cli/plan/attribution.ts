/**
 * @file Where the time of a step goes: encoding, waiting, kernels, and of the kernels' time the bounds checks and the zeros that Dawn writes into
 * workgroup memory. The same program runs on devices that differ in one of Dawn's toggles, in turns.
 */
import { median, medianInterval } from '@longhorizon/harness';
import type { Device, OpenOptions, Plan } from '@longhorizon/tensor';
import type { Program, ProgramRequest } from '@longhorizon/tensor/compiler';
import { PassTimer } from '@longhorizon/tensor/device';
import { planOfZeros } from './compile-times.ts';

/** Milliseconds of one step. */
interface Step {
  readonly encodeMs: number;
  readonly wholeMs: number;
  /** Between the first dispatch and the end of the last, by the adapter's clock. */
  readonly passMs: number;
}

/** A part of a step's time. */
export interface Part {
  readonly name: string;
  readonly ms: number;
  /** Half of a 95 % interval, for parts that are differences between two devices. */
  readonly half?: number;
  /** Why it is nothing, where it was not measured. */
  readonly note?: string;
}

/** The parts of a step, which add up to the whole. */
export interface Attribution {
  readonly wholeMs: number;
  readonly rounds: number;
  readonly parts: readonly Part[];
}

/** A device on which a plan of the program runs. */
interface Arm {
  readonly device: Device;
  readonly plan: Plan;
  readonly timer: PassTimer;
  readonly steps: Step[];
}

const rounds = 24;

/** Opens a device with options beside those of the command. */
export type OpenWith = (options: OpenOptions) => Promise<Device>;

async function step({ device, plan, timer }: Arm): Promise<Step> {
  const start = performance.now();
  const encoder = device.gpu.createCommandEncoder();
  const pass = encoder.beginComputePass({ timestampWrites: timer.next() });
  plan.encode(pass);
  pass.end();
  timer.resolve(encoder);
  const commands = encoder.finish();
  const encoded = performance.now();
  device.submit(commands);
  await device.wait(device.workDone());
  const done = performance.now();
  const [span] = await timer.spans();
  return { encodeMs: encoded - start, wholeMs: done - start, passMs: (span?.ns ?? Number.NaN) / 1e6 };
}

/** The difference between two devices' passes, round by round. */
function difference(name: string, all: Arm, without: Arm): Part {
  const gaps = all.steps.flatMap(({ passMs }, k) => {
    const gap = passMs - without.steps[k]!.passMs;
    return Number.isFinite(gap) ? [gap] : [];
  });
  const { low, high } = medianInterval(gaps);
  return { name, ms: median(gaps), half: (high - low) / 2 };
}

/**
 * Runs a step on up to three devices in turns.
 *
 * @returns undefined where the adapter has no timestamps
 */
export async function attribute(
  open: OpenWith,
  program: Program,
  request: ProgramRequest,
): Promise<Attribution | undefined> {
  const hasWorkgroupMemory = program.kernels.some(({ wgsl }) => wgsl.includes('var<workgroup>'));
  const variants: readonly OpenOptions[] = [
    {},
    { robustness: false },
    ...(hasWorkgroupMemory ? [{ toggles: { enable: ['disable_workgroup_init'] } }] : []),
  ];
  const arms: Arm[] = [];
  try {
    for (const options of variants) {
      const device = await open(options);
      const timer = PassTimer.make(device, 1);
      if (timer === undefined) {
        await device.close();
        return undefined;
      }
      arms.push({ device, plan: await planOfZeros(device, program, request), timer, steps: [] });
    }
    // The first run compiles, the second one is the first to be like the others.
    for (const arm of arms) for (let run = 0; run < 2; run++) await step(arm);
    for (let round = 0; round < rounds; round++)
      for (const arm of round % 2 === 0 ? arms : [...arms].reverse()) arm.steps.push(await step(arm));
    return partsOf(arms);
  } finally {
    for (const { device, plan, timer } of arms) {
      timer.destroy();
      plan.destroy();
      await device.close();
    }
  }
}

function partsOf([all, unchecked, uncleared]: readonly Arm[]): Attribution {
  const of = (what: (step: Step) => number) => median(all!.steps.map(what).filter(Number.isFinite));
  const [wholeMs, encodeMs, passMs] = [
    of((one) => one.wholeMs),
    of((one) => one.encodeMs),
    of((one) => one.passMs),
  ];
  const bounds = difference('bounds checks', all!, unchecked!);
  const zeros: Part =
    uncleared === undefined
      ? { name: 'zeros in workgroup memory', ms: 0, note: 'no kernel has workgroup memory' }
      : difference('zeros in workgroup memory', all!, uncleared);
  return {
    wholeMs,
    rounds,
    parts: [
      { name: 'kernels', ms: passMs - bounds.ms - zeros.ms },
      bounds,
      zeros,
      { name: 'encoding', ms: encodeMs },
      {
        name: 'waiting',
        ms: wholeMs - encodeMs - passMs,
        note: 'handing over, and until the queue is known to be done',
      },
    ],
  };
}

/** A line for each part. */
export function printAttribution({ wholeMs, rounds: taken, parts }: Attribution): string {
  const micro = (ms: number) => (1000 * ms).toFixed(1);
  const lines = parts.map(({ name, ms, half, note }) => {
    const unclear = half !== undefined && !(Math.abs(ms) > half);
    const beside =
      half === undefined ? note : `± ${micro(half)}${unclear ? ', not told apart from nothing' : ''}`;
    const share = `${((100 * ms) / wholeMs).toFixed(1)} %`.padStart(8);
    return `  ${name.padEnd(26)} ${micro(ms).padStart(10)} µs ${share}${beside === undefined ? '' : `  (${beside})`}`;
  });
  return [`where the ${micro(wholeMs)} µs of a step go, medians of ${taken} rounds in turns`, ...lines].join(
    '\n',
  );
}
