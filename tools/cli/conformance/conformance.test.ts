import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { command } from './command.ts';
import type { Judged } from './print.ts';

const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  process.exitCode = undefined;
});

async function conformance(...words: readonly string[]): Promise<string> {
  let printed = '';
  const made = new Command('conformance').configureOutput({ writeOut: (text) => (printed += text) });
  command(made);
  await made.parseAsync(words, { from: 'user' });
  return printed;
}

/** A program of JavaScript that answers each question with what `answer`, a function of it, returns. */
function program(answer: string): readonly string[] {
  const file = join(folder, `program-${programs++}.mjs`);
  writeFileSync(
    file,
    `import { createInterface } from 'node:readline';
     const answer = ${answer};
     for await (const line of createInterface({ input: process.stdin })) {
       const said = answer(JSON.parse(line));
       if (said !== undefined) console.log(typeof said === 'string' ? said : JSON.stringify(said));
     }`,
  );
  return ['--', process.execPath, file];
}
let programs = 0;

/** Conjugate gradients with the faults that are found in public libraries, one at a time. */
const solver = (fault: string) => `(ask) => {
  const dot = (a, b) => a.reduce((total, x, k) => total + x * b[k], 0);
  const fault = ${JSON.stringify(fault)};
  const of = (v) => ask.H.map((row) => dot(row, v));
  let q = ask.start === undefined || fault === 'cold' ? ask.b.map(() => 0) : [...ask.start];
  let r = ask.b.map((x, k) => x - (fault === 'cold' ? 0 : of(q)[k]));
  let [p, energy] = [[...r], dot(r, r)];
  for (let n = 0; n < ask.steps; n++) {
    if (energy < 1e-20 * dot(ask.b, ask.b) && fault !== 'division') break;
    const Hp = of(p);
    const length = energy / dot(p, Hp);
    const before = q;
    q = q.map((x, k) => x + length * p[k]);
    const old = r;
    r = r.map((x, k) => x - length * Hp[k]);
    const next = dot(r, r);
    if (fault === 'previous' && next < 1e-20 * dot(ask.b, ask.b)) return { case: ask.case, answer: before };
    p = (fault === 'old residual' ? old : r).map((x, k) => x + (next / energy) * p[k]);
    energy = next;
  }
  return { case: ask.case, answer: q };
}`;

const resultsOf = async (words: readonly string[], cases = 'cg') => {
  const [judged] = JSON.parse(await conformance('--json', '--cases', cases, ...words)) as Judged[];
  return Object.fromEntries(judged!.verdicts.map((verdict) => [verdict.case, verdict]));
};
const wrongOnes = (results: Awaited<ReturnType<typeof resultsOf>>) =>
  Object.values(results).flatMap(({ case: name, result }) => (result === 'right' ? [] : [name]));

describe('our own methods', () => {
  it('answer every case, in float64 and on the device', async () => {
    const judged = JSON.parse(await conformance('--json')) as Judged[];
    expect(judged).toHaveLength(2);
    for (const { verdicts } of judged) {
      expect(verdicts.length).toBeGreaterThanOrEqual(30);
      expect(verdicts.filter(({ result }) => result !== 'right')).toEqual([]);
    }
    expect(process.exitCode).toBeUndefined();
  }, 60_000);
});

describe('a program', () => {
  it('that is right is told so, line by line', async () => {
    const printed = await conformance('--cases', 'cg', ...program(solver('')));
    expect(printed).toMatch(/cg\/isotropic +0\.5, 1, -1\.5 +right \(<1e-12\)/);
    expect(printed).toMatch(/10 of 10 cases right\.\n$/);
    expect(process.exitCode).toBeUndefined();
  });

  it.each([
    ['old residual', ['cg/six-steps', 'cg/scaled-down', 'cg/scaled-up', 'cg/warm-start'], ['cg/one-step']],
    ['previous', ['cg/isotropic', 'cg/converges-early'], ['cg/one-step']],
    ['division', ['cg/isotropic', 'cg/start-at-solution'], ['cg/six-steps']],
    ['cold', ['cg/warm-start-helps'], ['cg/isotropic', 'cg/six-steps']],
  ])('with the fault %j is found out', async (fault, wrong, right) => {
    const found = wrongOnes(await resultsOf(program(solver(fault))));
    expect(found).toEqual(expect.arrayContaining(wrong));
    for (const one of right) expect(found).not.toContain(one);
    expect(process.exitCode).toBe(1);
  });

  it('may refuse what it has no method for; one that refuses everything is not right', async () => {
    const refusing = (only: string) =>
      program(
        `(ask) => ask.asks === '${only}' ? (${solver('')})(ask) : { case: ask.case, refused: 'not mine' }`,
      );
    const results = await resultsOf(refusing('solve'), 'cg/isotropic,exact/targets');
    expect(results['exact/targets']).toMatchObject({ result: 'refused', why: 'not mine' });
    expect(process.exitCode).toBeUndefined();
    await resultsOf(refusing('nothing'), 'exact');
    expect(process.exitCode).toBe(1);
  });

  it.each([
    ["() => 'hello'", "'hello' is not JSON; print answers alone"],
    ["() => ({ case: 'other', answer: [1] })", 'does not answer this case; repeat its name'],
    [
      "(ask) => ({ case: ask.case, answer: ['1'] })",
      'holds no answer; give {"case":"cg/isotropic","answer":[numbers]}',
    ],
    ['(ask) => ({ case: ask.case, answer: [1] })', '1 numbers were answered where 3 are expected'],
    ['() => null', "'null' does not answer this case"],
    [
      '() => process.exit(3)',
      'it ended with code 3 without an answer; answer every line with a line of JSON',
    ],
  ])('that answers %s is told what is missing', async (answer, sentence) => {
    const results = await resultsOf(program(answer), 'cg/isotropic');
    expect(results['cg/isotropic']).toMatchObject({ result: 'failed' });
    expect(JSON.stringify(results).replaceAll('\\"', '"')).toContain(sentence);
    expect(process.exitCode).toBe(1);
  });

  it('that says nothing is stopped', async () => {
    const results = await resultsOf(['--seconds', '0.2', ...program('() => undefined')], 'cg/isotropic');
    expect(JSON.stringify(results)).toContain('there was no answer within 0.2 s, and it was stopped');
  });

  it('is started again after a case at which it ended, and loses no other', async () => {
    const dying = `(ask) => ask.case === 'cg/one-step' ? process.exit(1) : (${solver('')})(ask)`;
    expect(wrongOnes(await resultsOf(program(dying)))).toEqual(['cg/one-step']);
  });

  it('that is not there, cases that are not, and times that are none are sentences', async () => {
    const missing = await resultsOf(['--', join(folder, 'nowhere')], 'cg/isotropic');
    expect(JSON.stringify(missing)).toMatch(/nowhere' cannot be started \(spawn .* ENOENT\)/);
    await expect(conformance('--cases', 'cg,gg')).rejects.toThrow(
      "There is no case 'gg'; the cases are cg/isotropic",
    );
    await expect(conformance('--seconds', 'x', '--', 'true')).rejects.toThrow(
      '--seconds is x; give a number above 0',
    );
  });
});

it('lists what is asked, a line of JSON a case', async () => {
  const lines = (await conformance('--list'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(new Set(lines.map((one) => one.case)).size).toBe(lines.length);
  expect(lines[0]).toMatchObject({ case: 'cg/isotropic', asks: 'solve', steps: 5, expected: [0.5, 1, -1.5] });
});

describe('docs/conformance.md', () => {
  const page = readFileSync(new URL('../../../docs/conformance.md', import.meta.url), 'utf8');

  it.skipIf(spawnSync('python3', ['--version']).status !== 0)('has a program that is right', async () => {
    const file = join(folder, 'answers.py');
    writeFileSync(file, /```python\n(.*?)```/s.exec(page)![1]!);
    expect(wrongOnes(await resultsOf(['--', 'python3', file]))).toEqual([]);
  });

  it('names every kind and method that is asked for, and every case that it speaks of', async () => {
    const lines = (await conformance('--list'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    for (const { problem, method } of lines.filter(({ asks }) => asks === 'hypergradient')) {
      expect(page).toContain(`\`${problem.inner.kind}\``);
      expect(page).toContain(`\`${method.name}\``);
    }
  });
});
