import { afterEach, expect, it, vi } from 'vitest';
import { bench } from './command.ts';

vi.mock('./with-suites.ts', () => {
  throw new Error('the suites were loaded');
});

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

it.each([['status'], ['collect'], ['cancel']])(
  'looks after a sweep without loading suites: %s',
  async (word) => {
    let said = '';
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      said += String(text);
      return true;
    });
    await bench(['sweep', word, '/nonexistent']);
    expect(said).toMatch(/^longhorizon: There is no sweep in \/nonexistent/);
    expect(process.exitCode).toBe(2);
  },
);

it('loads them for all other words', async () => {
  await expect(bench(['sweep', 'resume', '/nonexistent'])).rejects.toThrow();
});
