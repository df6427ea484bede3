import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'taskwire-packed-'));

beforeAll(() => {
  const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { encoding: 'utf8' });
  const file = /"filename": "([^"]+)"/.exec(packed)?.[1] ?? '';
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, 'taskwire'), { recursive: true });
  execFileSync('tar', ['-xzf', join(folder, file), '--strip-components=1', '-C', join(modules, 'taskwire')]);
  for (const name of ['react', 'react-dom', 'sonner', 'zustand', '@types']) {
    symlinkSync(resolve('node_modules', name), join(modules, name));
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (code: string) =>
  execFileSync(process.execPath, ['--input-type=module', '-e', code], { cwd: folder, encoding: 'utf8' }).trim();

describe('the packed library', () => {
  it('[RX14] imports on a server from every entry, without a browser', () => {
    expect(
      run("const m = await import('taskwire'); console.log(typeof m.TaskSyncProvider, typeof m.useTaskStore)"),
    ).toBe('function function');
    expect(run("const m = await import('taskwire/websocket'); console.log(typeof m.WebSocketSyncClient)")).toBe(
      'function',
    );
    expect(run("const m = await import('taskwire/connectors'); console.log(typeof m.native)")).toBe('function');
    expect(run("const m = await import('taskwire/protocol'); console.log(typeof m.isTask)")).toBe('function');
    expect(run("const m = await import('taskwire/testing'); console.log(typeof m.FakeSocket)")).toBe('function');
  });

  it('[RX14] type-checks in an application that knows nothing of this repository', () => {
    writeFileSync(
      join(folder, 'app.tsx'),
      `import { type Task, TaskSyncProvider, useTaskStore } from 'taskwire';
       import { WebSocketSyncClient } from 'taskwire/websocket';
       import { NativeSyncClient } from 'taskwire/client';
       export const connect = (token: string) =>
         new NativeSyncClient('ws://localhost:8005/ws', 'u1', { getToken: async () => token, channels: ['user:me'] }).connect();
       new WebSocketSyncClient('ws://localhost:8005/ws', 'u1').addMessageListener(({ task }) => task.id);
       const titles = (tasks: readonly Task[]) => tasks.map(({ title }) => title.trim());
       export const App = () => <TaskSyncProvider userId="u1">{titles(useTaskStore().tasks)}</TaskSyncProvider>;`,
    );
    const options = [
      '--noEmit',
      '--strict',
      '--jsx',
      'react-jsx',
      '--module',
      'nodenext',
      '--moduleResolution',
      'nodenext',
    ];
    expect(() =>
      execFileSync(process.execPath, [resolve('node_modules/typescript/bin/tsc'), ...options, 'app.tsx'], {
        cwd: folder,
        stdio: 'pipe',
      }),
    ).not.toThrow();
  });
});
