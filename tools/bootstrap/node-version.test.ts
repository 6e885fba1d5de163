import { expect, test } from 'vitest';
import { nodeVersionProblem, satisfies } from './node-version.mjs';

const range = '^20.19.0 || >=22.12.0';

test.each([
  ['v20.19.0', true],
  ['v20.20.2', true],
  ['v22.12.0', true],
  ['v24.0.1', true],
  ['v22.12.0-nightly20241101', true],
  ['v20.18.3', false],
  ['v22.11.9', false],
  ['v21.7.3', false],
  ['v18.20.8', false],
  ['v9.11.2', false],
])('%s within ^20.19.0 || >=22.12.0: %s', (version, expected) => {
  expect(satisfies(version, range)).toBe(expected);
});

test('the sentence names what is needed, what was found and what to do', () => {
  expect(nodeVersionProblem('v20.19.0', range)).toBeUndefined();
  expect(nodeVersionProblem('v18.0.0', range)).toBe(
    'Longhorizon needs Node.js ^20.19.0 || >=22.12.0, and this is v18.0.0. ' +
      'Install a newer one (the current long-term release will do) and start again.',
  );
});

test('a range that is not understood is a fault of ours, not a pass', () => {
  expect(() => satisfies('v20.19.0', '20.x')).toThrow("internal: the range '20.x' has a part");
});
