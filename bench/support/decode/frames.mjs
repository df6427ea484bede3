// @ts-check
import { createTraffic } from '../store/task-traffic.mjs';

const SEED = 20_261_121;

/**
 * Frames as a native server sends them, each one `task_update`: 70 % updates, 15 % creates, 15 % deletes.
 * @param {number} count
 * @returns {string[]}
 */
export function createFrames(count) {
  const { messages } = createTraffic({ size: 1_000, events: count, seed: SEED });
  return messages.map((text, index) => {
    const message = JSON.parse(text);
    const { id, version } = message.task;
    return JSON.stringify({
      ...message,
      channel: 'user:user-4f6a',
      seq: index + 1,
      version,
      taskId: id,
      ...(message.event === 'task.updated' && { changedFields: ['title', 'updatedAt'] }),
      ...(message.event === 'task.completed' && { changedFields: ['status', 'completed', 'updatedAt'] }),
      mutationId: `8c7f6a10-0000-4000-8000-${String(index).padStart(12, '0')}`,
      actor: { id: 'user-4f6a', name: 'Ada' },
      eventId: `event-${index}`,
    });
  });
}
