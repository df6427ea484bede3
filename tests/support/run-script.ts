import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { exitCode } from '@/scripts/lib/process-tree.mjs';
import { ROOT } from '@/scripts/lib/root.mjs';
import { withoutOwnSettings } from './service-process';

/** How long to wait for words of a script, milliseconds. A first compilation on a busy machine is slow. */
const WAIT_LIMIT_MS = 120_000;

/** One of the repository's scripts, running. */
export interface RunningScript {
  /** Settles when it has ended, with all that it wrote. */
  readonly ended: Promise<{ readonly code: number; readonly output: string }>;
  /** Settles when some words have been written. Rejects with the output when the script ends before, or after a while. */
  waitFor(words: string): Promise<void>;
  send(signal: NodeJS.Signals): void;
}

/** Starts a script of `scripts/` with these variables and none that a developer has set for their own service. */
export function runScript(name: string, env: Readonly<Record<string, string>>): RunningScript {
  const child = spawn(process.execPath, [join(ROOT, 'scripts', name)], {
    cwd: ROOT,
    env: { ...withoutOwnSettings(process.env), INTERNAL_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<{ code: number; output: string }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code: exitCode(code, signal), output }));
  });
  return {
    ended,
    waitFor: (words) =>
      new Promise((resolve, reject) => {
        const fail = () => reject(new Error(`"${words}" did not come:\n${output}`));
        const timer = setTimeout(fail, WAIT_LIMIT_MS);
        const check = () => {
          if (!output.includes(words)) return;
          clearTimeout(timer);
          listeners.delete(check);
          resolve();
        };
        listeners.add(check);
        void ended.then(fail);
        check();
      }),
    send: (signal) => void child.kill(signal),
  };
}
