import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '@/scripts/lib/root.mjs';
import { listSourceFiles } from '@/tests/support/source-files';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const manifest = JSON.parse(read('package.json')) as {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};
/** Not for people to set: the shell and Next do. */
const SET_BY_OTHERS = new Set(['PATH', 'NEXT_RUNTIME']);

const documents = ['README.md', 'CHANGELOG.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)];

describe('the documents', () => {
  it.each(documents)('%s links to files that exist', (path) => {
    const targets = [...read(path).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target = '']) => target);
    expect(targets.filter((target) => !existsSync(join(ROOT, dirname(path), target)))).toEqual([]);
  });

  it('README.md names commands that exist', () => {
    const commands = [...read('README.md').matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name);
    expect(commands.filter((name) => manifest.scripts[name] === undefined)).toEqual([]);
  });

  it('docs/ARCHITECTURE.md names files and folders that exist', () => {
    const named = [...read('docs/ARCHITECTURE.md').matchAll(/`(\w[\w.-]*(?:\/[\w.-]+)+)`/g)].map(
      ([, path = '']) => path,
    );
    const paths = named.filter((path) => !isPackage(path));
    expect(paths.length).toBeGreaterThan(20);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('docs/ARCHITECTURE.md says why there is each dependency', () => {
    const service = JSON.parse(read('services/websocket-service/package.json')) as typeof manifest;
    const names = [manifest, service].flatMap((of) => [
      ...Object.keys(of.dependencies),
      ...Object.keys(of.devDependencies),
    ]);
    const text = read('docs/ARCHITECTURE.md');
    expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });

  it('.env.example has a sentence for every variable that is read', () => {
    const explained = new Set([...read('.env.example').matchAll(/^# ([A-Z][A-Z_]+)=/gm)].map(([, name]) => name));
    const sources = [
      ...listSourceFiles('app', 'lib', 'components', 'stores', 'services/websocket-service/src'),
      'scripts/lib/environment.mjs',
      'scripts/find-chromium.mjs',
    ];
    const used = sources.flatMap((path) =>
      [...read(path).matchAll(/\b(?:env|given)\.([A-Z][A-Z_]+)|\benv, '([A-Z][A-Z_]+)'/g)].map(([, a, b]) => a ?? b),
    );
    const unexplained = new Set(used.filter((name) => !SET_BY_OTHERS.has(name ?? '') && !explained.has(name)));
    expect(used.length).toBeGreaterThan(10);
    expect([...unexplained]).toEqual([]);
  });
});

function isPackage(name: string): boolean {
  return name in manifest.devDependencies || name === '@fastify/cors';
}
