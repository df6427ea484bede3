// @ts-check
import { createServer } from 'node:net';

/**
 * Whether nothing listens on a port of this machine, on any of its addresses.
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export async function isPortFree(port) {
  // A server on one address does not keep another from listening on the next, so each is tried by itself.
  for (const host of [undefined, '127.0.0.1', '::1']) {
    if (!(await canListen(port, host))) return false;
  }
  return true;
}

/**
 * A port that is free now. Another process may take it before its user does; good enough for tests, which retry nothing.
 * @returns {Promise<number>}
 */
export function findFreePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address && typeof address === 'object') resolve(address.port);
        else reject(new Error('The operating system gave no port.'));
      });
    });
  });
}

/**
 * Says which of the wanted ports are taken and how to choose others; nothing when all are free.
 * @param {readonly { port: number, variable: string, owner: string }[]} wanted
 * @returns {Promise<string[]>} One sentence per taken port.
 */
export async function describeTakenPorts(wanted) {
  const sentences = [];
  for (const { port, variable, owner } of wanted) {
    if (await isPortFree(port)) continue;
    sentences.push(
      `Port ${port}, which the ${owner} needs, is taken. Stop what listens there, or choose another: ${variable}=${port + 1}.`,
    );
  }
  return sentences;
}

/** @param {number} port @param {string | undefined} host @returns {Promise<boolean>} */
function canListen(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => {
      // A machine without this address (no IPv6, say) has nobody listening on it either.
      resolve('code' in error && (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT'));
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
