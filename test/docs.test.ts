import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const root = dirname(import.meta.dirname);
const skipped = new Set(['node_modules', 'dist', 'results', '.cache', '.git', '.nx']);

function markdownFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : markdownFiles(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

/** Targets of links and images outside of code blocks, without those that name a protocol or a place on the same page. */
function relativeLinks(text: string): readonly string[] {
  const prose = text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target ?? '')
    .filter((target) => !/^([a-z]+:|#)/.test(target));
}

test('every relative link of every page leads to a file', () => {
  const broken = markdownFiles(root).flatMap((page) =>
    relativeLinks(readFileSync(page, 'utf8'))
      .filter((target) => !existsSync(join(dirname(page), decodeURI(target.replace(/#.*/, '')))))
      .map((target) => `${relative(root, page)} -> ${target}`),
  );
  expect(broken).toEqual([]);
});

test('every path of the repository that a page names in code exists', () => {
  const path = /`((?:packages|benchmarks|datasets|tools|test|docs)\/[\w./-]+)`/g;
  const missing = markdownFiles(root)
    .filter((page) => !page.startsWith(join(root, 'docs/decisions')) && !page.endsWith('rejected.md'))
    .flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(path)]
        .map(([, named]) => named ?? '')
        .filter((named) => !existsSync(join(root, named)) && !existsSync(join(dirname(page), named)))
        .filter((named) => !/[A-Z]{4,}(?!\w*\.md)/.test(named))
        .map((named) => `${relative(root, page)}: ${named}`),
    );
  expect(missing).toEqual([]);
});

const decisions = join(root, 'docs/decisions');
const records = readdirSync(decisions)
  .filter((name) => name !== 'README.md')
  .sort();

test('decisions are numbered without gaps, and the index names each once', () => {
  expect(records.map((name) => name.slice(0, 5))).toEqual(
    records.map((_, k) => `${String(k + 1).padStart(4, '0')}-`),
  );
  const index = readFileSync(join(decisions, 'README.md'), 'utf8');
  const named = relativeLinks(index).filter((target) => !target.startsWith('..'));
  expect([...named].sort()).toEqual(records);
});

test.each(records)('%s says which room it is about, and what was decided', (name) => {
  const text = readFileSync(join(decisions, name), 'utf8');
  const number = Number(name.slice(0, 4));
  expect(text).toMatch(
    new RegExp(
      `^# ${number}\\. .+\\n\\nRoom: [a-z -]+\\. Status: (accepted|reversed by \\[.+\\]\\(.+\\))\\.\\n`,
    ),
  );
  const sections = [...text.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
  const allowed = ['Context', 'Decision', 'Consequences', 'Numbers'];
  expect(sections).toEqual(allowed.filter((title) => sections.includes(title)));
  expect(sections.length).toBeGreaterThan(0);
});
