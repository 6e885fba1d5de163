/**
 * @file What `npm start` and `npx nx run bench` run.
 */
import { openDevice } from '@longhorizon/tensor';

const device = await openDevice({ timestampQuantization: false });
try {
  const { name, description, backend, isSoftware } = device.adapter;
  console.log(`adapter ${name} (${description}; ${backend}${isSoftware ? '; software' : ''})`);
} finally {
  await device.close();
}
