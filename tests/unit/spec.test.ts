import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '@/scripts/lib/root.mjs';
import { listSourceFiles } from '@/tests/support/source-files';

const SPEC = readFileSync(join(ROOT, 'docs', 'SPEC.md'), 'utf8');

/** The rules in brackets that open a test's name, one or several: right after the quote. */
const CITATION = /['"`]\[((?:[A-Z]{2}\d+)(?:, ?[A-Z]{2}\d+)*)\]/g;

interface Rule {
  readonly id: string;
  readonly prefix: string;
  /** The prefix of the section that it stands in. */
  readonly section: string;
  readonly text: string;
}

const rules = readRules();
const citations = readCitations();

describe('docs/SPEC.md', () => {
  it('numbers each rule once, in the section of its prefix, with a sentence', () => {
    const seen = new Set<string>();
    const faults = rules.filter(({ id, prefix, section, text }) => {
      const isRepeated = seen.has(id);
      seen.add(id);
      return isRepeated || prefix !== section || text.length === 0;
    });
    expect(faults).toEqual([]);
    expect(rules.length).toBeGreaterThan(0);
  });

  it('writes every rule as "- **XX1** sentence", so that none is overlooked', () => {
    const looksLikeRule = SPEC.split('\n').filter((line) => /^\s*[-*]\s.*\b[A-Z]{2}\d+\*\*/.test(line));
    expect(looksLikeRule.length).toBe(rules.length);
  });

  it('has a test for every rule', () => {
    expect(rules.filter(({ id }) => !citations.has(id)).map(({ id, text }) => `${id} ${text}`)).toEqual([]);
  });

  it('has a rule for every citation', () => {
    const known = new Set(rules.map(({ id }) => id));
    const unknown = [...citations].filter(([id]) => !known.has(id));
    expect(unknown.map(([id, files]) => `${id} in ${[...files].join(', ')}`)).toEqual([]);
  });

  it('has every rule that the sources point to', () => {
    const known = new Set(rules.map(({ id }) => id));
    const sources = listSourceFiles('lib', 'stores', 'components', 'app', 'services/websocket-service/src');
    const unknown = sources.flatMap((path) =>
      [...readFileSync(join(ROOT, path), 'utf8').matchAll(/\[([A-Z]{2}\d+)\]/g)]
        .filter(([, id = '']) => !known.has(id))
        .map(([, id]) => `${id} in ${path}`),
    );
    expect(unknown).toEqual([]);
  });
});

function readRules(): Rule[] {
  const found: Rule[] = [];
  let section = '';
  for (const line of SPEC.split('\n')) {
    section = /^## ([A-Z]{2}):/.exec(line)?.[1] ?? section;
    const [, id, prefix, text] = /^- \*\*(([A-Z]{2})\d+)\*\*\s*(.*)$/.exec(line) ?? [];
    if (id !== undefined && prefix !== undefined) found.push({ id, prefix, section, text: text ?? '' });
  }
  return found;
}

/** Rule → the test files that cite it. */
function readCitations(): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const tests = listSourceFiles('tests', 'services').filter((path) => /\.test\.tsx?$/.test(path));
  for (const path of tests) {
    for (const [, list = ''] of readFileSync(join(ROOT, path), 'utf8').matchAll(CITATION)) {
      for (const id of list.split(/, ?/)) found.set(id, (found.get(id) ?? new Set()).add(path));
    }
  }
  return found;
}
