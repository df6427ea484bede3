// @ts-check
import { resolve } from 'node:path';
import nextEnv from '@next/env';
import { ROOT } from './root.mjs';
import { readServiceConfig } from './service-config.mjs';

const DEFAULT_PORT = 3000;

/** Everything that is wrong with the configuration, told at once. */
export class ConfigurationError extends Error {
  /** @param {readonly string[]} faults One sentence each: which variable, what is wrong, what would be right. */
  constructor(faults) {
    super(['The configuration cannot be used:', ...faults.map((fault) => `  - ${fault}`)].join('\n'));
    this.name = 'ConfigurationError';
    this.faults = faults;
  }
}

/**
 * What the scripts hand on to the service and the app, the same to both.
 * @typedef {object} Configuration
 * @property {number} port Where the app listens.
 * @property {number} servicePort Where the service listens.
 * @property {number} internalPort Where the service listens for its neighbours; 0 for any free port.
 * @property {string} dataDir Where the service keeps its data, absolute.
 * @property {Record<string, string>} env The variables that say so.
 */

/**
 * Reads .env files into `process.env`, with the order and the names that Next uses (`.env.local` beats `.env`; what is already
 * set beats both).
 * @param {boolean} development Chooses between `.env.development*` and `.env.production*`.
 */
export function loadEnvironmentFiles(development) {
  nextEnv.loadEnvConfig(ROOT, development, { info: () => {}, error: (...words) => console.error(...words) });
}

/**
 * Fills in what is unset and checks everything: what concerns the service by the service's own rules.
 * @param {Record<string, string | undefined>} given
 * @param {{ needsSecret: boolean }} options `needsSecret`: the service is about to run in production.
 * @returns {Promise<Configuration>} Rejects with a {@link ConfigurationError} that names every fault.
 */
export async function readConfiguration(given, { needsSecret }) {
  /** @type {string[]} */
  const faults = [];
  const port = readPort(given, faults);
  const servicePort = given.SERVICE_PORT || '8005';
  const env = {
    PORT: String(port),
    SERVICE_PORT: servicePort,
    DATA_DIR: resolve(ROOT, given.DATA_DIR || '.data'),
    NEXT_PUBLIC_WEBSOCKET_URL: given.NEXT_PUBLIC_WEBSOCKET_URL || `ws://localhost:${servicePort}/ws`,
    ALLOWED_ORIGINS: given.ALLOWED_ORIGINS || `http://localhost:${port},http://127.0.0.1:${port}`,
    NEXT_TELEMETRY_DISABLED: given.NEXT_TELEMETRY_DISABLED || '1',
  };
  const service = await readServiceConfig({ ...given, ...env, NODE_ENV: needsSecret ? 'production' : 'development' });
  if (!service.ok) faults.push(...service.faults);
  else if (service.config.port === 0) faults.push('SERVICE_PORT is 0: the app has to know the port, so choose one.');
  else if (service.config.port === port)
    faults.push(`PORT and SERVICE_PORT are both ${port}: the app and the service need one each.`);
  else if (service.config.internalPort === port)
    faults.push(`PORT and the service’s internal port are both ${port}: set INTERNAL_PORT to another one.`);
  checkAddress(given, 'NEXT_PUBLIC_WEBSOCKET_URL', ['ws:', 'wss:'], 'ws://localhost:8005/ws', faults);
  checkAddress(given, 'SERVICE_URL', ['http:', 'https:'], 'http://127.0.0.1:8005', faults);
  if (faults.length > 0 || !service.ok) throw new ConfigurationError(faults);
  return {
    port,
    servicePort: Number(servicePort),
    internalPort: service.config.internalPort,
    dataDir: env.DATA_DIR,
    env,
  };
}

/** @param {Record<string, string | undefined>} env @param {string[]} faults */
function readPort(env, faults) {
  const text = env.PORT || String(DEFAULT_PORT);
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535) return port;
  faults.push(`PORT is "${text}": set it to a number from 1 to 65535.`);
  return DEFAULT_PORT;
}

/**
 * @param {Record<string, string | undefined>} env @param {string} name @param {readonly string[]} protocols
 * @param {string} example @param {string[]} faults
 */
function checkAddress(env, name, protocols, example, faults) {
  const text = env[name];
  if (!text || (URL.canParse(text) && protocols.includes(new URL(text).protocol))) return;
  faults.push(`${name} is "${text}": set it to an address such as ${example}.`);
}
