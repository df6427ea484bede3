// @ts-check
import { setTimeout as sleep } from 'node:timers/promises';

/** The longest that one attempt may take, milliseconds; then it is repeated with its key, as a client would. */
const ATTEMPT_MS = 5_000;
const RETRY_MS = 50;

/** @typedef {{ readonly key: string, readonly taskId: string, readonly version: number }} Acknowledged */

/**
 * Somebody who changes tasks, one change after the other. A change that got no answer is repeated with its key until it has
 * one; what was acknowledged is kept.
 * @param {object} options
 * @param {string} options.url Where to send to.
 * @param {string} options.token
 * @param {() => number} options.random
 */
export function startWriter({ url, token, random }) {
  /** @type {Acknowledged[]} */
  const acknowledged = [];
  /** @type {string[]} */
  const faults = [];
  let attempts = 0;
  let isStopped = false;
  /** Living tasks and the version they were last acknowledged at. @type {Map<string, number>} */
  const tasks = new Map();

  const send = async (
    /** @type {string} */ key,
    /** @type {ReturnType<typeof nextChange>} */ { method, path, body },
  ) => {
    for (;;) {
      attempts += 1;
      try {
        const answer = await fetch(`${url}${path}`, {
          method,
          headers: {
            authorization: `Bearer ${token}`,
            'idempotency-key': key,
            ...(body && { 'content-type': 'application/json' }),
          },
          ...(body && { body: JSON.stringify(body) }),
          signal: AbortSignal.timeout(ATTEMPT_MS),
        });
        const text = await answer.text();
        if (answer.ok) return JSON.parse(text).task;
        if (answer.status !== 503 && answer.status !== 409 && answer.status !== 429) {
          faults.push(`${method} ${path}: ${answer.status} ${text}`);
          return undefined;
        }
      } catch {
        // Not there at the moment.
      }
      await sleep(RETRY_MS);
    }
  };

  const nextChange = () => {
    const known = [...tasks.keys()];
    const id = known[Math.floor(random() * known.length)];
    const choice = random();
    if (id === undefined || choice < 0.4) {
      const taskId = crypto.randomUUID();
      return { method: 'POST', path: '/api/v1/tasks', taskId, body: { id: taskId, title: `Task ${taskId}` } };
    }
    const path = `/api/v1/tasks/${id}`;
    if (choice < 0.9) return { method: 'PATCH', path, taskId: id, body: { title: `Title ${crypto.randomUUID()}` } };
    return { method: 'DELETE', path, taskId: id };
  };

  const work = async () => {
    while (!isStopped) {
      const key = crypto.randomUUID();
      const change = nextChange();
      const task = await send(key, change);
      if (task === undefined) continue;
      acknowledged.push({ key, taskId: change.taskId, version: task.version });
      if (change.method === 'DELETE') tasks.delete(change.taskId);
      else tasks.set(change.taskId, task.version);
    }
  };
  const done = work();

  return {
    acknowledged,
    faults,
    attempts: () => attempts,
    /** Settles when the change under way has its answer. */
    async stop() {
      isStopped = true;
      await done;
    },
  };
}
