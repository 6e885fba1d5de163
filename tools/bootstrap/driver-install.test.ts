import { expect, test } from 'vitest';
import { installDriver } from './driver-install.mjs';
import { StartError } from './say.mjs';

test.each(['win32', 'darwin'] as const)(
  'on %s nothing is installed: the driver is part of the system',
  (platform) => {
    const ask = () => installDriver('/repository', 'Dawn finds none', platform);
    expect(ask).toThrow(StartError);
    expect(ask).toThrow(
      `No WebGPU adapter: Dawn finds none. On ${platform} the driver is part of the system: update the system or ` +
        'its graphics driver; a virtual machine needs its graphics acceleration switched on.',
    );
  },
);
