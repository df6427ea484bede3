// @ts-check
import { randomUUID } from 'node:crypto';

/** How many appends are on their way at a time. */
export const WRITERS = 64;

/** How many channels they go to. */
export const CHANNELS = 16;

/**
 * @typedef {object} BenchEvent
 * @property {`user:${string}`} channel
 * @property {string} eventId
 * @property {'task_update'} type
 * @property {string} taskId
 * @property {number} version
 * @property {string} body
 */

/** Events as the service logs them: an update of a task, about 400 bytes. @param {number} count @returns {readonly BenchEvent[]} */
export function makeEvents(count) {
  return Array.from({ length: count }, (_, index) => {
    const taskId = randomUUID();
    const eventId = randomUUID();
    const task = {
      id: taskId,
      title: `Bring the milk, and then the other things of the list ${index}`,
      status: 'in_progress',
      completed: false,
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-02T00:00:00.000Z',
      ownerId: 'ada',
      version: 2,
    };
    return {
      channel: /** @type {const} */ (`user:${index % CHANNELS}`),
      eventId,
      type: /** @type {const} */ ('task_update'),
      taskId,
      version: 2,
      body: JSON.stringify({ event: 'task.updated', taskId, version: 2, task, changedFields: ['title'], eventId }),
    };
  });
}

/**
 * Appends all events one by one, `WRITERS` at a time. @returns how many a second.
 * @param {readonly BenchEvent[]} events @param {(event: BenchEvent) => Promise<unknown>} append
 */
export async function appendAll(events, append) {
  let next = 0;
  const write = async () => {
    for (let event = events[next++]; event !== undefined; event = events[next++]) await append(event);
  };
  const begin = performance.now();
  await Promise.all(Array.from({ length: WRITERS }, write));
  return (events.length / (performance.now() - begin)) * 1000;
}
