import { expect, it } from 'vitest';
import { methodWritten } from './written.ts';

const context = { horizon: 10, dimension: 3, seed: 0, rate: 0.1 };
const titleOf = (text: string): string => methodWritten(text, context).title;

it('a method is written as its name or id, with options behind', () => {
  expect(titleOf('drmad')).toBe('DrMAD');
  expect(titleOf('hyper/neumann?terms=3&last=5')).toBe('Neumann IFT (N = 3, K = 5)');
  expect(titleOf('lazy?variant=L4&beta=0.5')).toContain('L4');
  expect(titleOf('lazy?variant=L4&beta=0.5')).toContain('0.5');
});

it('mixed products are an option of what goes back through steps, and of nothing else', () => {
  for (const name of ['exact-reverse', 'replay', 'truncated-reverse', 'drmad', 'one-step', 'neumann'])
    expect(titleOf(`${name}?mixflow=true`)).toBe(`${titleOf(name)}, MixFlow`);
  expect(titleOf('drmad?mixflow=false')).toBe('DrMAD');
  expect(() => titleOf('drmad?mixflow=1')).toThrow('mixflow: mixflow must be true or false.');
  expect(() => titleOf('nres?mixflow=true')).toThrow("there is no 'mixflow' here");
});

it('what is not there is refused in a sentence', () => {
  expect(() => titleOf('nobody')).toThrow("There is no method 'nobody'; choose from ");
  expect(() => titleOf('neumann?steps=3')).toThrow("there is no 'steps' here; the fields are terms, last");
  expect(() => titleOf('neumann?terms=many')).toThrow('terms must be a whole number');
});
