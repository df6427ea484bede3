import { ALL_TASKS, type WebSocketConnection } from '@/hub/websocket-manager';
import { type Channel, userChannel } from '@/lib/protocol';
import type { Undo } from '@/ports/clock';
import type { EventBatch } from '@/ports/event-batch';
import type { LoggedEvent } from '@/ports/event-log';
import { watchRemovedChannels } from '@/session/watch-removed-channels';
import { isTold, realTimeSyncFrames } from './plain-frames';
import type { PlainLink } from './plain-link';
import type { SessionContext } from './session-context';

/** What one connection of seed 002 wants to hear of. */
export interface TaskWatches {
  /** From now on all tasks of the user's inbox. */
  addAll(): void;
  /** From now on this task. @returns `false` when the user may not see it: then from when it comes to the inbox ([SV146]). */
  add(taskId: string): Promise<boolean>;
  /** Not this task any more; nothing to do where it was not watched. */
  remove(taskId: string): void;
  /** Nothing any more, single tasks included, as the seed does it. */
  removeAll(): void;
}

/**
 * Makes the watches of a connection; none at first. The inbox brings the user's own tasks and those shared with them; a task
 * of somebody else in a common project comes by the project's channel. No event is sent twice.
 */
export function createTaskWatches(
  link: PlainLink,
  { userId, subscriptions }: WebSocketConnection,
  context: SessionContext,
): TaskWatches {
  const inbox = userChannel(userId);
  /** Watched tasks → the channel that brings them. */
  const channels = new Map<string, Channel>();
  const projects = new Map<Channel, Undo>();

  const isWanted = (channel: Channel, { taskId }: LoggedEvent): boolean => {
    const by = channels.get(taskId ?? '');
    return by === undefined ? channel === inbox && subscriptions.has(ALL_TASKS) : by === channel;
  };

  const receive = (batch: EventBatch): void => {
    if (subscriptions.size === 0) return;
    const told = batch.events.filter(isTold);
    const frames = batch.framesBy(realTimeSyncFrames);
    for (const [index, event] of told.entries()) {
      const frame = frames[index];
      if (frame === undefined || !isWanted(batch.channel, event)) continue;
      link.outbound.push(frame);
      // Access that was taken away is not given back without asking anew.
      if (event.type === 'access_removed') remove(event.taskId ?? '');
    }
  };

  const remove = (taskId: string): void => {
    const channel = channels.get(taskId);
    channels.delete(taskId);
    subscriptions.delete(taskId);
    if (channel !== undefined && ![...channels.values()].includes(channel)) leave(channel);
  };

  const leave = (channel: Channel): void => {
    projects.get(channel)?.();
    projects.delete(channel);
  };

  const removeChannel = (removed: Channel): void => {
    for (const [taskId, channel] of [...channels]) if (channel === removed) remove(taskId);
  };

  const checkProjects = async (): Promise<void> => {
    for (const channel of [...projects.keys()]) {
      if (!(await context.mayRead(userId, channel))) removeChannel(channel);
    }
  };

  const stopWatching = watchRemovedChannels(
    userId,
    context.subscribe,
    removeChannel,
    () => void checkProjects().catch(link.fail),
  );
  link.onEnd(stopWatching);
  link.follow(inbox, receive);

  return {
    addAll: () => void subscriptions.add(ALL_TASKS),
    async add(taskId) {
      const channel = await context.channelOfTask(userId, taskId);
      channels.set(taskId, channel ?? inbox);
      subscriptions.add(taskId);
      // Nothing of it is there yet, and what the inbox brings is the user's: seed 002's clients subscribe before they create.
      if (channel === undefined) return false;
      if (channel === inbox || projects.has(channel)) return true;
      projects.set(channel, link.follow(channel, receive, { isPartial: true }));
      // A member who was taken out while the answer was on its way is not heard of again.
      if (await context.mayRead(userId, channel)) return true;
      remove(taskId);
      return false;
    },
    remove,
    removeAll() {
      for (const taskId of [...channels.keys()]) remove(taskId);
      subscriptions.clear();
    },
  };
}
