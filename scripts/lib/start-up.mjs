// @ts-check
import { ConfigurationError, loadEnvironmentFiles, readConfiguration } from './environment.mjs';
import { buildService } from './parts.mjs';
import { describeTakenPorts } from './ports.mjs';

/**
 * Ends this process with a message for a person.
 * @param {string} message
 * @returns {never}
 */
export function fail(message) {
  console.error(message);
  process.exit(1);
}

/**
 * Reads the .env files and the configuration, or ends this process, having told every fault.
 * @param {{ production: boolean, needsSecret?: boolean }} mode `needsSecret` follows `production` unless it is given.
 */
export async function configureOrExit({ production, needsSecret = production }) {
  loadEnvironmentFiles(!production);
  try {
    return await readConfiguration(process.env, { needsSecret });
  } catch (error) {
    if (error instanceof ConfigurationError) return fail(error.message);
    throw error;
  }
}

/**
 * Ends this process, naming each port that is taken and how to choose another; returns when all are free.
 * @param {Parameters<typeof describeTakenPorts>[0]} wanted
 */
export async function checkPortsOrExit(wanted) {
  const taken = await describeTakenPorts(wanted);
  if (taken.length > 0) fail(taken.join('\n'));
}

/** Bundles the service, or ends this process: the bundler has said why. */
export async function buildServiceOrExit() {
  const code = await buildService();
  if (code !== 0) process.exit(code);
}
