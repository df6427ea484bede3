import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageCommand, ROOT } from '@/scripts/lib/root.mjs';
import { listSourceFiles } from '@/tests/support/source-files';

/** What a file of each floor may and may not import (docs/ARCHITECTURE.md, "Floors"). */
const FLOORS: readonly { file: string; allowed: readonly string[]; forbidden: readonly string[] }[] = [
  {
    file: 'lib/protocol/native/probe.ts',
    allowed: ['./version', '@/lib/protocol/task'],
    forbidden: ['@/lib/replica', '@/lib/websocket', '@/stores/task-store', 'react', 'zustand', 'next', 'node:fs', 'ws'],
  },
  {
    file: 'lib/replica/probe.ts',
    allowed: ['./replica', '@/lib/protocol'],
    forbidden: ['@/lib/websocket', '@/lib/connectors', '@/lib/sync', '@/stores', 'react', 'zustand', 'node:fs'],
  },
  {
    file: 'lib/websocket/probe.ts',
    allowed: ['./sync-client', '@/lib/protocol', 'react'],
    forbidden: [
      '@/lib/connectors',
      '@/lib/replica',
      '@/lib/sync',
      '@/stores/task-store',
      '@/components/x',
      'sonner',
      'ws',
    ],
  },
  {
    file: 'lib/connectors/probe.ts',
    allowed: ['./native', '@/lib/protocol'],
    forbidden: ['@/lib/websocket', '@/lib/replica', '@/lib/sync', '@/stores', 'react', 'node:http'],
  },
  {
    file: 'lib/sync/probe.ts',
    allowed: ['./outbox', '@/lib/protocol', '@/lib/replica', '@/lib/websocket', '@/lib/connectors'],
    forbidden: ['@/stores/task-store', '@/components/x', '@/app/x', '@/lib/testing', 'react', 'zustand', 'sonner'],
  },
  {
    file: 'lib/testing/probe.ts',
    allowed: ['./clock', '@/lib/protocol', '@/lib/websocket', 'ws', 'node:http'],
    forbidden: ['@/stores/task-store', '@/components/x', '@/app/x', '@/tests/x'],
  },
  {
    file: 'stores/probe.ts',
    allowed: ['./task-store', '@/lib/protocol', '@/lib/replica', 'zustand', 'zustand/middleware', 'react'],
    forbidden: [
      '@/lib/sync',
      '@/lib/sync/session',
      '@/components/x',
      '@/app/x',
      '@/lib/testing',
      'sonner',
      'next/headers',
    ],
  },
  {
    file: 'components/tasks/probe.tsx',
    allowed: ['./task-row', '@/components/ui/button', '@/stores/task-store', '@/lib/sync', '@/lib/websocket', 'sonner'],
    forbidden: ['@/app/x', '@/lib/testing', '@/tests/x', '@/bench/x', '@/examples/x', '@/services/x', '@/scripts/x'],
  },
  {
    file: 'app/tasks/probe.tsx',
    allowed: ['./row', '@/app/session', '@/components/x', '@/stores/auth-store', '@/lib/connectors', 'next/headers'],
    forbidden: ['@/tests/x', '@/bench/x', '@/examples/x', '@/scripts/x', '@/services/x', '@/lib/testing'],
  },
  {
    file: 'cli/probe.ts',
    allowed: ['./options', '@/lib/websocket', 'node:fs'],
    forbidden: ['@/app/x', '@/components/x', '@/stores/x', '@/tests/x'],
  },
  {
    file: 'services/websocket-service/src/probe.ts',
    allowed: ['./service', '@/http/x', '@/lib/protocol', '@/lib/protocol/task', 'fastify', 'node:fs'],
    forbidden: ['@/lib', '@/lib/replica', '@/lib/websocket', '@/lib/sync', 'react', 'next/server', 'zustand', 'sonner'],
  },
  {
    file: 'services/websocket-service/src/config/probe.ts',
    allowed: ['./limits', '@/lib/protocol'],
    forbidden: ['@/ports/x', '@/log/x', '@/http/x', '@/lib/replica', 'react'],
  },
  {
    file: 'services/websocket-service/src/log/probe.ts',
    allowed: ['./journal', '@/ports/event-log', '@/config/limits', '@/lib/protocol', 'kysely'],
    forbidden: ['@/session/x', '@/hub/x', '@/tasks/x', '@/messages/x', '@/http/x', '@/adapters/x', '@/lib/replica'],
  },
  {
    file: 'services/websocket-service/src/messages/probe.ts',
    allowed: ['./native-session', '@/session/x', '@/hub/x', '@/log/x', '@/ports/x', '@/lib/protocol'],
    forbidden: ['@/auth/x', '@/limits/x', '@/tasks/x', '@/http/x', '@/upgrade/x', '@/adapters/x', '@/service'],
  },
  {
    file: 'services/websocket-service/src/http/probe.ts',
    allowed: ['./problem', '@/auth/x', '@/tasks/x', '@/log/x', '@/lib/protocol', 'fastify'],
    forbidden: ['@/upgrade/x', '@/adapters/x', '@/service', '@/main', '@/lib/websocket', 'next/server'],
  },
];

/** Ways out of a folder that hide where they lead; `@/…` says it. Forbidden on every floor. */
const UPWARDS = ['../x', '../../lib/protocol', '..', './a/../../x'];

describe('floors', () => {
  let folder = '';
  let refused: ReadonlyMap<string, readonly string[]>;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'taskwire-floors-'));
    for (const name of ['biome.json', 'biome.floors.json', '.gitignore'])
      copyFileSync(join(ROOT, name), join(folder, name));
    for (const { file, allowed, forbidden } of FLOORS) {
      const lines = [...allowed, ...forbidden, ...UPWARDS].map((from) => `export * from '${from}';`);
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), lines.join('\n'));
    }
    refused = lintImports(folder);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(FLOORS)(
    'refuses from $file what stands above it, beside it or outside the product',
    ({ file, forbidden }) => {
      expect(refused.get(file) ?? []).toEqual([...forbidden, ...UPWARDS]);
    },
  );

  it('catches every way of writing an import', () => {
    const probe = 'lib/sync/forms.ts';
    const lines = [
      `import { a } from '@/stores/a';`,
      `import type { b } from '@/stores/b';`,
      `import '@/stores/c';`,
      `export { d } from '@/stores/d';`,
      `export const e = () => import('@/stores/e');`,
    ];
    writeFileSync(join(folder, probe), lines.join('\n'));
    expect(lintImports(folder).get(probe)).toEqual(['a', 'b', 'c', 'd', 'e'].map((name) => `@/stores/${name}`));
  });

  it('has no import in a form that the linter does not read', () => {
    const shipped = listSourceFiles('lib', 'stores', 'components', 'app', 'cli', 'services/websocket-service/src');
    const unread = shipped.filter((path) => hasUnreadImport(readFileSync(join(ROOT, path), 'utf8')));
    expect(unread).toEqual([]);
  });
});

/** `require('…')` and the type `import('…').Name`: Biome's rule passes both over. */
function hasUnreadImport(source: string): boolean {
  const code = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  return (
    /\brequire\(\s*['"`]/.test(code) ||
    /(?<!await |=> |return |\()\bimport\(\s*['"`][^'"`]*['"`]\s*\)\s*\.[A-Z]/.test(code)
  );
}

/** The refused module names per file, in the order in which they stand in it. */
function lintImports(folder: string): ReadonlyMap<string, readonly string[]> {
  const biome = packageCommand('@biomejs/biome');
  const args = [biome, 'lint', '--only=style/noRestrictedImports', '--max-diagnostics=none', '--reporter=json', '.'];
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: { location: { path: string; start: { line: number } } }[];
  };
  const lines = new Map<string, Set<number>>();
  for (const { location } of diagnostics) {
    const found = lines.get(location.path) ?? new Set();
    lines.set(location.path, found.add(location.start.line));
  }
  return new Map([...lines].map(([path, found]) => [path, modulesAt(join(folder, path), found)]));
}

function modulesAt(path: string, lines: ReadonlySet<number>): string[] {
  const source = readFileSync(path, 'utf8').split('\n');
  return [...lines].sort((a, b) => a - b).map((line) => /'(.+)'/.exec(source[line - 1] ?? '')?.[1] ?? '?');
}
