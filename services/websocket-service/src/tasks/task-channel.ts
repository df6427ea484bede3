import { type Channel, isRecord, projectChannel, userChannel } from '@/lib/protocol';
import { Problem } from '@/ports/problem';
import type { TaskReader } from './task-reader';

/**
 * Finds the channel by which a user hears of a task: the inbox for the user's own and for those shared with the user, the
 * project's for somebody else's task in a common project. `undefined` for what the user may not see, or is not there.
 */
export function createTaskChannel(
  reader: Pick<TaskReader, 'get'>,
  mayRead: (userId: string, channel: Channel) => Promise<boolean>,
): (userId: string, taskId: string) => Promise<Channel | undefined> {
  return async (userId, taskId) => {
    const task = await visibleTask(reader, userId, taskId);
    if (task === undefined) return undefined;
    const { ownerId, projectId } = task;
    if (ownerId === userId || typeof projectId !== 'string') return userChannel(userId);
    const channel = projectChannel(projectId);
    return (await mayRead(userId, channel)) ? channel : userChannel(userId);
  };
}

async function visibleTask(
  reader: Pick<TaskReader, 'get'>,
  userId: string,
  taskId: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const answer: unknown = JSON.parse(await reader.get(userId, taskId));
    return isRecord(answer) && isRecord(answer.task) ? answer.task : undefined;
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return undefined;
    throw error;
  }
}
