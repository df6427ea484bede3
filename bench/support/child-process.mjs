// @ts-check
import { fork } from 'node:child_process';

/**
 * A process that takes orders and answers them.
 * @typedef {object} Child
 * @property {number} pid
 * @property {(order: any) => void} order
 * @property {(matches: (message: any) => boolean, limitMs: number) => Promise<any>} answer The first message of this kind, also
 *   one that came before. Rejects when the process ends or the time is over.
 * @property {() => Promise<void>} kill SIGKILL; settles when the process is gone.
 */

/**
 * Starts one; it ends itself when this process does.
 * @param {string} path @param {readonly string[]} args
 * @param {{ readonly env?: NodeJS.ProcessEnv, readonly execArgv?: readonly string[] }} [options]
 * @returns {Child}
 */
export function startChild(path, args, { env = process.env, execArgv = [] } = {}) {
  const child = fork(path, args, { env, execArgv: [...execArgv], serialization: 'advanced' });
  /** @type {any[]} */
  const messages = [];
  /** @type {Set<() => void>} */
  const waiting = new Set();
  const wakeAll = () => {
    for (const wake of [...waiting]) wake();
  };
  let isGone = false;
  const gone = new Promise((resolve) => child.once('exit', resolve)).then(() => {
    isGone = true;
    wakeAll();
  });
  child.on('message', (message) => {
    messages.push(message);
    wakeAll();
  });
  return {
    pid: child.pid ?? -1,
    order: (order) => void child.send(order),
    answer: (matches, limitMs) =>
      new Promise((resolve, reject) => {
        const settle = () => {
          waiting.delete(check);
          clearTimeout(timer);
        };
        const check = () => {
          const at = messages.findIndex(matches);
          if (at < 0 && !isGone) return;
          settle();
          if (at < 0) reject(new Error(`${path} ended before it answered.`));
          else resolve(messages.splice(at, 1)[0]);
        };
        const timer = setTimeout(() => {
          settle();
          reject(new Error(`${path} did not answer within ${limitMs} ms.`));
        }, limitMs);
        waiting.add(check);
        check();
      }),
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
