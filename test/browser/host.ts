/** @file The page that meets what a browser may lack or lose: no WebGPU, no adapter, small limits, a lost device, and work that takes long. */
import { exactReverse, prepare } from '@longhorizon/bilevel';
import { trackingOfSize } from '@longhorizon/bilevel/problems';
import { openDevice } from '@longhorizon/tensor';
import { withFaults } from '@longhorizon/tensor/testing';

const { navigator } = globalThis as typeof globalThis & { readonly navigator: { readonly gpu: GPU } };
const { gpu } = navigator;

const sentenceOf = (work: () => Promise<unknown>): Promise<string> =>
  work().then(
    () => 'nothing was thrown',
    (error: Error) => `${error.name}: ${error.message}`,
  );

/** The hypergradient of a small problem. */
async function hypergradient(options: Parameters<typeof openDevice>[0] = {}): Promise<readonly number[]> {
  const device = await openDevice(options);
  const run = await prepare(device, trackingOfSize(64, 4), exactReverse(), { horizon: 20 });
  await run.compute();
  const values = [...(await run.read('hypergradient'))];
  run.destroy();
  await device.close();
  return values;
}

const none = new Proxy(gpu, {
  get: (target, name) =>
    name === 'requestAdapter'
      ? async () => null
      : typeof Reflect.get(target, name) === 'function'
        ? Reflect.get(target, name).bind(target)
        : Reflect.get(target, name),
});
const small = withFaults(gpu, {
  limits: {
    maxStorageBufferBindingSize: 2 ** 27,
    maxBufferSize: 2 ** 28,
    maxComputeInvocationsPerWorkgroup: 256,
  },
});

/** Turns of the event loop while the device is at work. */
async function turnsWhileWaiting(): Promise<number> {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  for (let again = 0; again < 5; again++) await hypergradient();
  clearInterval(timer);
  return turns;
}

const answer = {
  plain: await hypergradient(),
  small: await hypergradient({ gpu: small }),
  large: await sentenceOf(async () => {
    const device = await openDevice({ gpu: small });
    try {
      device.createBuffer({ label: 'too large', bytes: 2 ** 29, class: 'data' });
    } finally {
      await device.close();
    }
  }),
  noAdapter: await sentenceOf(() => openDevice({ gpu: none })),
  toggles: await sentenceOf(() => openDevice({ timestampQuantization: false })),
  lost: await sentenceOf(() => hypergradient({ gpu: withFaults(gpu, { loseAtSubmit: 2 }) })),
  after: await hypergradient(),
  turns: await turnsWhileWaiting(),
  noWebGpu: await sentenceOf(() => {
    Object.defineProperty(Object.getPrototypeOf(navigator), 'gpu', { get: () => undefined });
    return openDevice();
  }),
};

export type HostAnswer = typeof answer;

await fetch('answer', { method: 'POST', body: JSON.stringify(answer) });
