import { spawn } from 'node:child_process';
import { waitForAnswer } from '@/scripts/lib/answers.mjs';
import { nextArgs } from '@/scripts/lib/parts.mjs';
import { findFreePort } from '@/scripts/lib/ports.mjs';
import { stopTree } from '@/scripts/lib/process-tree.mjs';
import { ROOT } from '@/scripts/lib/root.mjs';
import { withoutOwnSettings } from '@/tests/support/service-process';

const START_LIMIT_MS = 60_000;

/** The built app, served by `next start`. */
export interface AppProcess {
  /** `http://localhost:<port>`. */
  readonly url: string;
  output(): string;
  stop(): Promise<void>;
}

/** Starts the built app on a free port and waits until it answers. @param extra More of its environment. */
export async function startApp(servicePort: number, extra: Readonly<Record<string, string>> = {}): Promise<AppProcess> {
  const port = await findFreePort();
  const child = spawn(process.execPath, nextArgs('start', '--port', String(port)), {
    cwd: ROOT,
    env: {
      ...withoutOwnSettings(process.env),
      NODE_ENV: 'production',
      PORT: String(port),
      SERVICE_PORT: String(servicePort),
      NEXT_PUBLIC_WEBSOCKET_URL: `ws://localhost:${servicePort}/ws`,
      NEXT_TELEMETRY_DISABLED: '1',
      ...extra,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      written += text;
    });
  }
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(), START_LIMIT_MS);
  child.once('exit', () => waiting.abort());
  const url = `http://localhost:${port}`;
  const answers = await waitForAnswer(`${url}/login`, waiting);
  clearTimeout(timer);
  if (!answers) {
    await stopTree(child);
    throw new Error(`The app did not start:\n${written}`);
  }
  return { url, output: () => written, stop: () => stopTree(child) };
}
