import { type Environment, listOf, readFlag, readPort, textOf } from './environment';
import { readKeys } from './keys';
import { readLimits } from './read-limits';
import type { LogLevel, ServiceConfig } from './service-config';
import { readStoragePlace } from './storage-place';
import { readTrustedProxies } from './trust-proxy';

/** A configuration, or every fault of the environment at once: each names its variable and the cure. */
export type ConfigReading =
  | {
      readonly ok: true;
      readonly config: ServiceConfig;
      /** What works, but not in production, with its cure. */
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly faults: readonly string[] };

const DEFAULT_PORT = 8005;
const LOOPBACK = '127.0.0.1';
const DEVELOPMENT_ORIGINS = 'http://localhost:3000,http://127.0.0.1:3000';
const LOG_LEVELS: readonly LogLevel[] = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** Reads the service's configuration from the environment. Never throws; an empty variable counts as unset. */
export function readConfig(env: Environment): ConfigReading {
  const faults: string[] = [];
  const warnings: string[] = [];
  const mode = readMode(env, faults);
  const isProduction = mode === 'production';
  const keys = readKeys(env, isProduction, { faults, warnings });
  const port = readPort(env, 'SERVICE_PORT', DEFAULT_PORT, faults);
  const appApiToken = readAppApiToken(env, faults);
  const config: ServiceConfig = {
    mode,
    host: textOf(env, 'HOST') ?? (isProduction ? '0.0.0.0' : LOOPBACK),
    port,
    internalHost: textOf(env, 'INTERNAL_HOST') ?? LOOPBACK,
    internalPort: readInternalPort(env, port, faults),
    ...readStoragePlace(env, faults),
    ...keys,
    ...(appApiToken !== undefined && { appApiToken }),
    daprPubsubName: textOf(env, 'DAPR_PUBSUB_NAME') ?? 'pubsub',
    tasksSource: readTasksSource(env, faults),
    allowedOrigins: readOrigins(env, isProduction, faults),
    allowQueryToken: readFlag(env, 'ALLOW_QUERY_TOKEN', !isProduction, faults),
    auth: readAuth(env, isProduction, faults),
    logLevel: readLogLevel(env, isProduction, faults),
    trustedProxies: readTrustedProxies(env, faults),
    limits: readLimits(env, faults),
  };
  return faults.length === 0 ? { ok: true, config, warnings } : { ok: false, faults };
}

function readMode(env: Environment, faults: string[]): ServiceConfig['mode'] {
  const mode = textOf(env, 'NODE_ENV') ?? 'development';
  if (mode === 'production') return 'production';
  if (mode !== 'development' && mode !== 'test') {
    faults.push(`NODE_ENV is "${mode}": set it to development, test or production.`);
  }
  return 'development';
}

/** The port beside the public one, any free one where that is any; 65535 has nothing beside it. */
function readInternalPort(env: Environment, port: number, faults: string[]): number {
  const internalPort = readPort(env, 'INTERNAL_PORT', port === 0 ? 0 : (port + 1) % 65_536, faults);
  if (internalPort === port && port !== 0) {
    faults.push(`INTERNAL_PORT is ${port} like SERVICE_PORT: set it to a port of its own, or unset it.`);
  }
  return internalPort;
}

/** It comes in a header: what none carries as it is would be refused for ever ([AU48]). */
function readAppApiToken(env: Environment, faults: string[]): string | undefined {
  const token = textOf(env, 'APP_API_TOKEN');
  if (token !== undefined && !/^[\x20-\x7e]+$/.test(token)) {
    faults.push('APP_API_TOKEN holds a letter that no header carries: make it of ASCII letters and digits.');
  }
  return token;
}

function readTasksSource(env: Environment, faults: string[]): ServiceConfig['tasksSource'] {
  const text = textOf(env, 'TASKS_SOURCE') ?? 'service';
  if (text !== 'service' && text !== 'backend') {
    faults.push(`TASKS_SOURCE is "${text}": set it to service, or to backend where another backend keeps the tasks.`);
  }
  return text === 'backend' ? 'backend' : 'service';
}

function readOrigins(env: Environment, isProduction: boolean, faults: string[]): readonly string[] {
  const origins = listOf(textOf(env, 'ALLOWED_ORIGINS') ?? (isProduction ? '' : DEVELOPMENT_ORIGINS));
  for (const origin of origins) {
    if (isOrigin(origin)) continue;
    faults.push(
      `ALLOWED_ORIGINS holds "${origin}": list exact origins separated by commas, such as https://tasks.example.org, without a path, a trailing slash or *.`,
    );
  }
  return origins;
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

function readAuth(env: Environment, isProduction: boolean, faults: string[]): ServiceConfig['auth'] {
  const text = textOf(env, 'AUTH') ?? 'on';
  if (text !== 'on' && text !== 'off') faults.push(`AUTH is "${text}": set it to on or off.`);
  if (text === 'off' && isProduction) {
    faults.push('AUTH is "off": production never runs without authentication; remove AUTH, or unset NODE_ENV.');
  }
  return text === 'off' ? 'off' : 'on';
}

function readLogLevel(env: Environment, isProduction: boolean, faults: string[]): LogLevel {
  const fallback: LogLevel = isProduction ? 'info' : 'warn';
  const text = textOf(env, 'LOG_LEVEL');
  if (text === undefined) return fallback;
  const level = LOG_LEVELS.find((known) => known === text);
  if (level === undefined) faults.push(`LOG_LEVEL is "${text}": set it to one of ${LOG_LEVELS.join(', ')}.`);
  return level ?? fallback;
}
