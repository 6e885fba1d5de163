import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  parseDeb822Sources,
  parseOneLineSources,
  readAptSources,
  renderSource,
  sourceOfSuite,
} from './apt-sources.mjs';

const deb822 = `# comment before the first field
Types: deb deb-src
# comment between fields
URIs: http://mirror.example.org/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example.org/debian-security
Suites: bookworm-security
Components: main

Types: deb-src
URIs: http://sources.example.org/debian
Suites: bookworm
Components: main

Types: deb
Enabled: no
URIs: http://off.example.org/debian
Suites: bookworm-backports
Components: main
`;

test('paragraphs of fields: enabled sources of binary packages', () => {
  expect(parseDeb822Sources(deb822)).toEqual([
    {
      uris: ['http://mirror.example.org/debian'],
      suites: ['bookworm', 'bookworm-updates'],
      components: ['main', 'contrib'],
      signedBy: '/usr/share/keyrings/debian-archive-keyring.gpg',
      architectures: [],
    },
    {
      uris: ['http://mirror.example.org/debian-security'],
      suites: ['bookworm-security'],
      components: ['main'],
      signedBy: '',
      architectures: [],
    },
  ]);
});

test('values over several lines, and field names in any case', () => {
  const [source] = parseDeb822Sources(`types: deb
uris:
 http://one.example.org/debian
 http://two.example.org/debian
suites: bookworm
components: main
architectures: amd64 arm64`);
  expect(source?.uris).toEqual(['http://one.example.org/debian', 'http://two.example.org/debian']);
  expect(source?.architectures).toEqual(['amd64', 'arm64']);
});

test('one line an entry, with and without options', () => {
  const text = `# deb http://off.example.org/debian bookworm main
deb http://mirror.example.org/debian bookworm main contrib # trailing comment
deb [ arch=amd64,arm64 signed-by=/etc/apt/keys.gpg ] http://two.example.org/debian bookworm-backports main
deb-src http://mirror.example.org/debian bookworm main
deb http://flat.example.org ./
`;
  expect(parseOneLineSources(text)).toEqual([
    {
      uris: ['http://mirror.example.org/debian'],
      suites: ['bookworm'],
      components: ['main', 'contrib'],
      signedBy: '',
      architectures: [],
    },
    {
      uris: ['http://two.example.org/debian'],
      suites: ['bookworm-backports'],
      components: ['main'],
      signedBy: '/etc/apt/keys.gpg',
      architectures: ['amd64', 'arm64'],
    },
    { uris: ['http://flat.example.org'], suites: ['./'], components: [], signedBy: '', architectures: [] },
  ]);
});

test('the source of a suite: its main component, from a mirror and not from a disc', () => {
  const sources = [
    ...parseOneLineSources('deb cdrom:[Debian]/ bookworm main\ndeb http://x.example.org/d bookworm contrib'),
    ...parseDeb822Sources(deb822),
  ];
  expect(sourceOfSuite(sources, 'bookworm')?.uris).toEqual(['http://mirror.example.org/debian']);
  expect(sourceOfSuite(sources, 'bookworm-backports')).toBeUndefined();
});

test('a further suite of the same mirror, with the same keys', () => {
  const source = sourceOfSuite(parseDeb822Sources(deb822), 'bookworm');
  if (source === undefined) throw new Error('the source was not found');
  const text = renderSource(source, 'bookworm-backports', 'Added for a test.');
  expect(text).toMatchInlineSnapshot(`
    "# Added for a test.
    Types: deb
    URIs: http://mirror.example.org/debian
    Suites: bookworm-backports
    Components: main
    Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
    "
  `);
  expect(parseDeb822Sources(text)).toEqual([
    { ...source, suites: ['bookworm-backports'], components: ['main'] },
  ]);
});

test('a key that stands in the file itself survives the way through', () => {
  const key =
    '\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQINBGPL0BUBEAC\n -----END PGP PUBLIC KEY BLOCK-----';
  const [source] = parseDeb822Sources(
    `Types: deb\nURIs: http://mirror.example.org/debian\nSuites: bookworm\nComponents: main\nSigned-By:${key}\n`,
  );
  if (source === undefined) throw new Error('the source was not found');
  expect(source.signedBy).toBe(key);
  expect(renderSource(source, 'bookworm-backports', 'why')).toContain(`Signed-By: ${key}\n`);
});

test('reads all files that apt reads, in its order, and no others', () => {
  const folder = mkdtempSync(join(tmpdir(), 'longhorizon-apt-'));
  try {
    const line = (host: string) => `deb http://${host}.example.org/debian bookworm main\n`;
    mkdirSync(join(folder, 'sources.list.d'));
    writeFileSync(join(folder, 'sources.list'), line('first'));
    writeFileSync(join(folder, 'sources.list.d/b.sources'), deb822);
    writeFileSync(join(folder, 'sources.list.d/a.list'), line('second'));
    writeFileSync(join(folder, 'sources.list.d/c.list.disabled'), line('never'));
    expect(readAptSources(folder).map((source) => source.uris[0])).toEqual([
      'http://first.example.org/debian',
      'http://second.example.org/debian',
      'http://mirror.example.org/debian',
      'http://mirror.example.org/debian-security',
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a machine without apt has no sources', () => {
  expect(readAptSources('/there is no such folder')).toEqual([]);
});
