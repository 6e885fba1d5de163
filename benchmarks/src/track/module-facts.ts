/** @file What the text of a shader says of its cost, counted without compiling it. */
import type { ModuleFacts } from '@longhorizon/harness';

const matches = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/** Counts in a shader's text; comments do not count. */
export function moduleFacts(hash: string, label: string, code: string): ModuleFacts {
  const text = code.replaceAll(/\/\/.*$/gm, '');
  // `name[i] = …` and `name[i] += …` store; every other index is a load.
  const stores = matches(text, /\][\w.]*\s*[-+*/&|^]?=(?!=)/g);
  const indexed = matches(text, /\w\s*\[[^\]]/g);
  return {
    hash,
    label,
    characters: code.length,
    loads: Math.max(0, indexed - stores),
    stores,
    barriers: matches(text, /\b(?:workgroup|storage)Barrier\s*\(/g),
    branches: matches(text, /\b(?:if|switch)\b/g),
    loops: matches(text, /\b(?:for|while|loop)\b/g),
  };
}
