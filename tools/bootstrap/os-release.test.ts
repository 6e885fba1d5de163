import { expect, test } from 'vitest';
import { parseOsRelease } from './os-release.mjs';

test('Debian', () => {
  const text = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION_CODENAME=bookworm
ID=debian
`;
  expect(parseOsRelease(text)).toEqual({
    id: 'debian',
    like: [],
    version: '12',
    codename: 'bookworm',
    name: 'Debian GNU/Linux 12 (bookworm)',
  });
});

test('a derivative, with single quotes and comments', () => {
  const text = `# made by hand
ID='linuxmint'
ID_LIKE="ubuntu debian"
PRETTY_NAME="Mint \\"22\\""`;
  const distribution = parseOsRelease(text);
  expect(distribution.like).toEqual(['ubuntu', 'debian']);
  expect(distribution.name).toBe('Mint "22"');
});

test('nothing known', () => {
  expect(parseOsRelease('')).toEqual({ id: 'linux', like: [], version: '', codename: '', name: 'Linux' });
});
