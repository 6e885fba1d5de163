/**
 * @file Where this machine gets its Debian packages from (sources.list(5)), in both formats: one line an entry
 * (`*.list`) and paragraphs of fields (`*.sources`). Read so that a further suite can be had from the same mirror
 * with the same keys; no mirror is written into this program.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} AptSource one enabled source of binary packages
 * @property {readonly string[]} uris
 * @property {readonly string[]} suites
 * @property {readonly string[]} components
 * @property {string} signedBy a key file, key fingerprints, or a whole key block; empty where apt's own keys serve
 * @property {readonly string[]} architectures empty for the machine's own
 */

/**
 * @param {string} text the contents of a `*.list` file
 * @returns {AptSource[]}
 */
export function parseOneLineSources(text) {
  const sources = [];
  for (const line of text.split('\n')) {
    const match = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)(?:\s+(.*))?$/.exec(
      line.replace(/#.*$/, '').trim(),
    );
    if (match === null) continue;
    const [, options = '', uri, suite, components = ''] = match;
    sources.push({
      uris: [String(uri)],
      suites: [String(suite)],
      components: words(components),
      signedBy: option(options, 'signed-by').join(' '),
      architectures: option(options, 'arch'),
    });
  }
  return sources;
}

/**
 * @param {string} text the contents of a `*.sources` file (deb822)
 * @returns {AptSource[]}
 */
export function parseDeb822Sources(text) {
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  const paragraphs = lines.join('\n').split(/\n[ \t]*\n/);
  return paragraphs.map(parseFields).flatMap((fields) => {
    const isEnabled = !/^(no|false|without|off|disable|0)$/i.test(fields.get('enabled') ?? 'yes');
    if (!isEnabled || !words(fields.get('types') ?? '').includes('deb')) return [];
    return [
      {
        uris: words(fields.get('uris') ?? ''),
        suites: words(fields.get('suites') ?? ''),
        components: words(fields.get('components') ?? ''),
        signedBy: fields.get('signed-by') ?? '',
        architectures: words(fields.get('architectures') ?? ''),
      },
    ];
  });
}

/**
 * All sources that apt reads.
 * @param {string} folder apt's configuration
 * @returns {AptSource[]}
 */
export function readAptSources(folder = '/etc/apt') {
  const parts = join(folder, 'sources.list.d');
  const files = existsSync(parts) ? readdirSync(parts).sort() : [];
  const paths = [join(folder, 'sources.list'), ...files.map((name) => join(parts, name))];
  return paths.flatMap((path) => {
    if (!existsSync(path)) return [];
    if (path.endsWith('.list')) return parseOneLineSources(readFileSync(path, 'utf8'));
    if (path.endsWith('.sources')) return parseDeb822Sources(readFileSync(path, 'utf8'));
    return [];
  });
}

/**
 * The source that serves a suite's main component, if there is one.
 * @param {readonly AptSource[]} sources
 * @param {string} suite for example `bookworm-backports`
 * @returns {AptSource | undefined}
 */
export function sourceOfSuite(sources, suite) {
  return sources.find((source) => {
    const isRemote = source.uris.some((uri) => !uri.startsWith('cdrom:'));
    return isRemote && source.suites.includes(suite) && source.components.includes('main');
  });
}

/**
 * A `*.sources` file for a further suite of the same mirror.
 * @param {AptSource} source the mirror and its keys
 * @param {string} suite
 * @param {string} why a comment for readers of the file
 * @returns {string}
 */
export function renderSource(source, suite, why) {
  const uris = source.uris.filter((uri) => !uri.startsWith('cdrom:'));
  const lines = [`# ${why}`, 'Types: deb', `URIs: ${uris.join(' ')}`, `Suites: ${suite}`, 'Components: main'];
  if (source.architectures.length > 0) lines.push(`Architectures: ${source.architectures.join(' ')}`);
  if (source.signedBy !== '') lines.push(`Signed-By: ${source.signedBy}`);
  return `${lines.join('\n')}\n`;
}

/**
 * Field names in small letters; a value of several lines keeps its line breaks and indentation, as key blocks need.
 * @param {string} paragraph
 * @returns {Map<string, string>}
 */
function parseFields(paragraph) {
  /** @type {Map<string, string>} */
  const fields = new Map();
  let current = '';
  for (const line of paragraph.split('\n')) {
    const match = /^([A-Za-z][A-Za-z0-9-]*):[ \t]*(.*)$/.exec(line);
    if (match !== null) {
      current = String(match[1]).toLowerCase();
      fields.set(current, String(match[2]).trimEnd());
    } else if (/^[ \t]/.test(line) && current !== '') {
      fields.set(current, `${fields.get(current)}\n${line.trimEnd()}`);
    }
  }
  return fields;
}

/**
 * @param {string} options what stands in brackets: `arch=amd64,arm64 signed-by=/usr/share/keyrings/x.gpg`
 * @param {string} name
 */
function option(options, name) {
  for (const word of words(options)) {
    const [key, value = ''] = word.split('=');
    if (key === name) return value.split(',').filter(Boolean);
  }
  return [];
}

/** @param {string} text */
function words(text) {
  return text.split(/\s+/).filter(Boolean);
}
