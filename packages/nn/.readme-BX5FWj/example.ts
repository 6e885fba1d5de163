import { adam, conv4, crossEntropy } from '@longhorizon/nn';
import { DeviceArray, grad, Loop, openDevice, state, type Tensor } from '@longhorizon/tensor';

const device = await openDevice();
const model = conv4({ classes: 5, filters: 32 });
const optimiser = adam({ rate: 0.001 });
const d = model.layout.paddedLength;
const images = new DeviceArray(device, [25, 28, 28, 1]);
const labels = new DeviceArray(device, [25], { dtype: 'u32' });

const loop = await Loop.make(device, {
  carry: { w: state([d]), moments: optimiser.state([d]) },
  given: { images, labels },
  step: ({ w, moments }, given, t) => {
    const loss = (v: Tensor) => crossEntropy(model.apply(v, given.images).outputs, given.labels);
    const next = optimiser.update(w, grad(loss)(w), moments, t);
    return { w: next.w, moments: next.state };
  },
});
loop.carry.w.write(model.initialise(0));
await loop.run(100);
const trained = await loop.carry.w.read();

for (const one of [loop, images, labels]) one.destroy();
await device.close();

console.log(trained.every(Number.isFinite), trained.length);
