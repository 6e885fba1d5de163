import { expect, test } from 'vitest';
import { withoutLoweredLimits } from './dawn-warnings.mjs';

const lowered =
  'Warning: maxDynamicUniformBuffersPerPipelineLayout artificially reduced from 1000000 to 16 to fit dynamic offset allocation limit.\n';
const real = 'Warning: maxDynamic was not what it seemed\nWarning: no drivers!\n';

/** What comes out after each piece that goes in, and at the end. */
async function passed(pieces: readonly string[]): Promise<string[]> {
  const filter = withoutLoweredLimits().setEncoding('utf8');
  const out: string[] = [];
  for (const piece of pieces) {
    await new Promise((resolve) => filter.write(piece, resolve));
    out.push(filter.read() ?? '');
  }
  const rest = new Promise<string>((resolve) => {
    let text = '';
    filter.on('data', (one) => (text += one)).on('end', () => resolve(text));
  });
  filter.end();
  return [...out, await rest];
}

test('lines about lowered limits are left out, and nothing else', async () => {
  const all = `one\n${lowered}${lowered.replace('Uniform', 'Storage')}${real}two ${lowered}`;
  expect((await passed([all])).join('')).toBe(`one\n${real}two ${lowered}`);
});

test('they are found in pieces of any size', async () => {
  expect((await passed([...`one\n${lowered}${real}é\n`])).join('')).toBe(`one\n${real}é\n`);
});

test('a line that is not finished is passed on at once, unless it may become one of them', async () => {
  expect(await passed(['12 % \r', '13 %', '\n', 'Warn', 'ing: fire'])).toEqual([
    '12 % \r',
    '13 %',
    '\n',
    '',
    'Warning: fire',
    '',
  ]);
});
