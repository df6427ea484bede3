import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, onTestFinished } from 'vitest';
import { type Api, createApi } from './api';

const SERVICE_DIR = fileURLToPath(new URL('../..', import.meta.url));
const LISTENING = /^websocket-service listening on (http:\/\/\S+)$/m;

/** A service in a process of its own. */
export interface ServiceProcess {
  readonly url: string;
  readonly api: Api;
  /** What it has written, both streams. */
  output(): string;
  /** Sends a signal and settles when the process is gone. */
  end(signal: NodeJS.Signals): Promise<Exit>;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/** Builds the service for the tests of one file, to a place of its own. @returns starts it, or lets it fail. */
export function useBuiltService() {
  let entry = '';

  beforeAll(async () => {
    await mkdir(join(SERVICE_DIR, 'dist'), { recursive: true });
    const dir = mkdtempSync(join(SERVICE_DIR, 'dist', 'tests-'));
    entry = join(dir, 'main.js');
    await promisify(execFile)(process.execPath, [join(SERVICE_DIR, 'build.mjs'), entry]);
    return () => rmSync(dir, { recursive: true, force: true });
  });

  const launch = (env: Readonly<Record<string, string>>, words: readonly string[] = [], maxFileBlocks?: number) => {
    const command = [process.execPath, entry, ...words] as const;
    const limit = `ulimit -f ${maxFileBlocks} && exec "$0" "$@"`;
    const [file, ...args] = maxFileBlocks === undefined ? command : (['/bin/sh', '-c', limit, ...command] as const);
    const child = spawn(file, args, {
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'development',
        SERVICE_PORT: '0',
        INTERNAL_PORT: '0',
        ...env,
      } as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    return watch(child);
  };

  return {
    /**
     * Starts the service and waits for its address. Rejects with its output when it ends before that.
     *
     * @param maxFileBlocks No file may grow beyond so many blocks of the shell: as on a full disk.
     */
    async start(env: Readonly<Record<string, string>>, maxFileBlocks?: number): Promise<ServiceProcess> {
      const { child, output, exited, listening } = launch(env, [], maxFileBlocks);
      const url = await Promise.race([listening, exited.then(() => undefined)]);
      if (url === undefined) throw new Error(`the service did not start:\n${output()}`);
      return {
        url,
        api: createApi(url),
        output,
        end(signal) {
          child.kill(signal);
          return exited;
        },
      };
    },
    /** Runs a service, or a command, that is meant to end by itself. */
    run: (env: Readonly<Record<string, string>>, words: readonly string[] = []): Promise<Exit> =>
      launch(env, words).exited,
  };
}

function watch(child: ChildProcess) {
  let written = '';
  const output = (): string => written;
  const listening = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        written += text;
        const url = LISTENING.exec(written)?.[1];
        if (url !== undefined) resolve(url);
      });
    }
  });
  const exited = new Promise<Exit>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal, output: written })),
  );
  return { child, output, exited, listening };
}
