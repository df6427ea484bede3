import { DEFAULT_LIMITS } from './limits';
import type { LogLevel, ServiceConfig } from './service-config';

/** Environment variables as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A configuration, or every fault of the environment at once: each names its variable and the cure. */
export type ConfigReading =
  | { readonly ok: true; readonly config: ServiceConfig }
  | { readonly ok: false; readonly faults: readonly string[] };

/** Least length of a secret, bytes: HS256 is as strong as its key (RFC 7518, section 3.2). */
export const MIN_SECRET_BYTES = 32;

const DEFAULT_PORT = 8005;
const DEVELOPMENT_ORIGINS = 'http://localhost:3000,http://127.0.0.1:3000';
const LOG_LEVELS: readonly LogLevel[] = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** Reads the service's configuration from the environment. Never throws; an empty variable counts as unset. */
export function readConfig(env: Environment): ConfigReading {
  const faults: string[] = [];
  const mode = readMode(env, faults);
  const isProduction = mode === 'production';
  const jwtSecret = readSecret(env, isProduction, faults);
  const config: ServiceConfig = {
    mode,
    host: textOf(env, 'HOST') ?? (isProduction ? '0.0.0.0' : '127.0.0.1'),
    port: readPort(env, faults),
    dataDir: textOf(env, 'DATA_DIR') ?? '.data',
    ...(jwtSecret !== undefined && { jwtSecret }),
    allowedOrigins: readOrigins(env, isProduction, faults),
    allowQueryToken: readFlag(env, 'ALLOW_QUERY_TOKEN', !isProduction, faults),
    auth: readAuth(env, isProduction, faults),
    logLevel: readLogLevel(env, isProduction, faults),
    limits: DEFAULT_LIMITS,
  };
  return faults.length === 0 ? { ok: true, config } : { ok: false, faults };
}

function textOf(env: Environment, name: string): string | undefined {
  const text = env[name]?.trim();
  return text === '' ? undefined : text;
}

function readMode(env: Environment, faults: string[]): ServiceConfig['mode'] {
  const mode = textOf(env, 'NODE_ENV') ?? 'development';
  if (mode === 'production') return 'production';
  if (mode !== 'development' && mode !== 'test') {
    faults.push(`NODE_ENV is "${mode}": set it to development, test or production.`);
  }
  return 'development';
}

function readPort(env: Environment, faults: string[]): number {
  const text = textOf(env, 'SERVICE_PORT');
  if (text === undefined) return DEFAULT_PORT;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  faults.push(`SERVICE_PORT is "${text}": set it to a number from 1 to 65535, or to 0 for any free port.`);
  return DEFAULT_PORT;
}

function readSecret(env: Environment, isProduction: boolean, faults: string[]): string | undefined {
  const secret = textOf(env, 'JWT_SECRET');
  if (secret === undefined) {
    if (!isProduction) return undefined;
    faults.push(
      `JWT_SECRET is missing: production needs the secret that signs your users' tokens, ${MIN_SECRET_BYTES} bytes or more (openssl rand -hex 32).`,
    );
  } else if (Buffer.byteLength(secret) < MIN_SECRET_BYTES) {
    faults.push(
      `JWT_SECRET is too short: set it to ${MIN_SECRET_BYTES} bytes or more (openssl rand -hex 32)${isProduction ? '' : ', or unset it to have one generated'}.`,
    );
  }
  return secret;
}

function readOrigins(env: Environment, isProduction: boolean, faults: string[]): readonly string[] {
  const text = textOf(env, 'ALLOWED_ORIGINS') ?? (isProduction ? '' : DEVELOPMENT_ORIGINS);
  const origins = text
    .split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '');
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

function readFlag(env: Environment, name: string, fallback: boolean, faults: string[]): boolean {
  const text = textOf(env, name);
  if (text === undefined) return fallback;
  if (text === 'true' || text === 'false') return text === 'true';
  faults.push(`${name} is "${text}": set it to true or false.`);
  return fallback;
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
