import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatBenchmarks } from '@/scripts/lib/benchmarks-document.mjs';
import { ROOT } from '@/scripts/lib/root.mjs';

const result = (name: string) => ({
  name,
  about: 'What it measures.',
  date: '2026-11-21T10:00:00.000Z',
  machine: { cpu: 'a processor', cores: 2 },
  rows: [
    { client: 'one|two', gzip: 12_345 },
    { client: 'three', gzip: 0.123_456, extra: 'x' },
  ],
  ratios: { some_key: 1.5 },
});

describe('docs/BENCHMARKS.md', () => {
  it('has a section with a table, the ratios and the machine per result', () => {
    const text = formatBenchmarks([result('size')]);
    expect(text).toContain('## size\n\nWhat it measures.\n');
    expect(text).toContain(
      '| client | gzip | extra |\n| --- | --- | --- |\n| one\\|two | 12,345 |  |\n| three | 0.123 | x |',
    );
    expect(text).toContain('- `some_key`: **1.5**');
    expect(text).toContain('2026-11-21; cpu a processor, cores 2.');
  });

  it('sorts the sections, so that a new run changes figures only', () => {
    expect(formatBenchmarks([result('b'), result('a')])).toBe(formatBenchmarks([result('a'), result('b')]));
  });

  it('is what the kept results say', () => {
    const folder = join(ROOT, 'bench', 'results');
    const results = readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
    expect(readFileSync(join(ROOT, 'docs', 'BENCHMARKS.md'), 'utf8')).toBe(formatBenchmarks(results));
  });
});
