import { conv4 } from '@longhorizon/nn';
import { array, constant, evaluateOnDevice, input, randomKey } from '@longhorizon/tensor';
import { useDevice } from '@longhorizon/tensor/testing/vitest';
import { describe, expect, it } from 'vitest';
import { perturbed } from './perturbed.ts';
import { authorsPhi, phiLayout } from './phi.ts';
import { expectGolden, goldenExamples } from './testing/golden.ts';

const device = useDevice();

describe('worked examples on a device', () => {
  for (const golden of goldenExamples)
    it(golden.name, () => expectGolden(device(), golden, { of: 1e-5, relative: false }));
});

it('a κ that is a tensor and 0 leaves every bit of a network as it is, on a device', async () => {
  const host = conv4({ classes: 3, filters: 4, layers: 1, inputShape: [6, 6, 1], norm: false });
  const w = array(host.initialise(1));
  const x = input([4, 6, 6, 1]);
  const model = perturbed(host, { kappa: constant(0) });
  const parts = [[host.layout, w] as const, [phiLayout, array(authorsPhi())] as const];
  const feeds = new Map([[x, Float32Array.from({ length: 144 }, (_, k) => Math.sin(k))]]);
  const [plain] = await evaluateOnDevice(device(), [host.apply(w, x).outputs], feeds);
  const [found] = await evaluateOnDevice(
    device(),
    [model.apply(parts, x, { key: randomKey(0) }).outputs],
    feeds,
  );
  expect([...found!]).toEqual([...plain!]);
});
