// @ts-check
import { fileURLToPath } from 'node:url';
import { startChild } from '../../bench/support/child-process.mjs';

const PROXY = fileURLToPath(new URL('./proxy-process.mjs', import.meta.url));
const LIMIT_MS = 30_000;

/**
 * Starts a TCP proxy in a process of its own, in front of services on these ports.
 * @param {readonly number[]} ports
 * @returns {Promise<{ readonly url: string, readonly stop: () => Promise<void> }>} `url`: `http://127.0.0.1:<port>`.
 */
export async function startProxy(ports) {
  const child = startChild(PROXY, ports.map(String));
  const { port } = await child.answer(({ type }) => type === 'listening', LIMIT_MS);
  return { url: `http://127.0.0.1:${port}`, stop: child.kill };
}
