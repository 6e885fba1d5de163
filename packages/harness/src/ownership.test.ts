import { expect, it } from 'vitest';
import { closing, Owner, owned } from './ownership.ts';

it('ends what a block owns, the last first, also where the block throws', async () => {
  const ended: string[] = [];
  const end = (name: string) => (): void => void ended.push(name);
  const block = async (): Promise<void> => {
    await using _device = closing({ close: async () => end('device')() });
    using owner = new Owner();
    owner.own({ destroy: end('run') });
    owner.own({ release: end('bench') });
    using _watch = owned({ stop: end('watch') });
    throw new Error('left early');
  };
  await expect(block()).rejects.toThrow('left early');
  expect(ended).toEqual(['watch', 'bench', 'run', 'device']);
});
