import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitForAnswer } from '@/scripts/lib/answers.mjs';
import { SERVICE_ARGS } from '@/scripts/lib/parts.mjs';
import { findFreePort } from '@/scripts/lib/ports.mjs';

/** How long a service may take to answer, milliseconds; generous for a busy machine. */
const START_LIMIT_MS = 30_000;

/** A real service in a process of its own. */
export interface ServiceProcess {
  readonly port: number;
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly dataDir: string;
  readonly pid: number;
  /** What it has written so far, both streams. */
  output(): string;
  /** Sends a signal and settles when the process is gone. */
  end(signal?: NodeJS.Signals): Promise<Exit>;
  /** Settles when the process is gone, whoever ended it. */
  readonly exited: Promise<Exit>;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ServiceOptions {
  readonly port?: number;
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const running = new Set<ServiceProcess>();

/** Kills what tests have started and not ended; for `afterEach`. */
export async function endAllServices(): Promise<void> {
  await Promise.all([...running].map((service) => service.end('SIGKILL')));
}

/** Starts the built service and waits until it answers. Rejects with its output when it ends before that. */
export async function startService(options: ServiceOptions = {}): Promise<ServiceProcess> {
  const service = await spawnService(options);
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(), START_LIMIT_MS);
  void service.exited.then(() => waiting.abort());
  const answers = await waitForAnswer(`${service.url}/health`, waiting);
  clearTimeout(timer);
  if (answers) return service;
  await service.end('SIGKILL');
  throw new Error(`The service did not start:\n${service.output()}`);
}

/** Starts the built service without waiting for anything: for starts that are meant to fail. */
export async function spawnService({ port, dataDir, env }: ServiceOptions = {}): Promise<ServiceProcess> {
  const chosenPort = port ?? (await findFreePort());
  const chosenDir = dataDir ?? createDataDir();
  const child = spawn(process.execPath, SERVICE_ARGS, {
    env: {
      ...withoutOwnSettings(process.env),
      NODE_ENV: 'development',
      SERVICE_PORT: String(chosenPort),
      INTERNAL_PORT: '0',
      DATA_DIR: chosenDir,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return describeProcess(child, chosenPort, chosenDir);
}

function describeProcess(child: ChildProcess, port: number, dataDir: string): ServiceProcess {
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      written += text;
    });
  }
  const exited = new Promise<Exit>((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
  const service: ServiceProcess = {
    port,
    url: `http://127.0.0.1:${port}`,
    dataDir,
    pid: child.pid ?? -1,
    output: () => written,
    exited,
    end(signal = 'SIGTERM') {
      child.kill(signal);
      return exited;
    },
  };
  running.add(service);
  void exited.then(() => running.delete(service));
  return service;
}

/** An empty folder that is removed when the tests' process ends. */
export function createDataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'taskwire-data-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The environment without what a developer may have set for their own service. */
export function withoutOwnSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own =
    /^(PORT|SERVICE_PORT|INTERNAL_PORT|HOST|INTERNAL_HOST|DATA_DIR|JWT_[A-Z_]+|SERVICE_KEY|ALLOWED_ORIGINS|ALLOW_QUERY_TOKEN|AUTH|LOG_LEVEL|NEXT_PUBLIC_.*)$/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !own.test(name))) as NodeJS.ProcessEnv;
}
