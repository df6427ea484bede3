import {
  type Channel,
  type Dialect,
  type EncodeContext,
  encodeBatchUpdate,
  INITIAL_STATE,
  isRecord,
  isTask,
  isTaskId,
  MAX_SERVER_FRAME_BYTES,
  MAX_SNAPSHOT_TASKS,
  realTimeSync,
  syncService,
  type TaskEvent,
  type TaskUpdate,
  taskEventOf,
  taskmd,
  taskUpdate,
  todo,
} from '@/lib/protocol';
import type { Opening } from '@/ports/channel-reader';
import { systemClock } from '@/ports/clock';
import type { EncodeEvents } from '@/ports/event-batch';
import type { LoggedEvent } from '@/ports/event-log';
import type { Withdrawn } from '@/session/subscription';
import { groupBySize } from './event-frames';
import { groupsOf } from './groups-of';

/** A batch's tasks as the store has them; what a dialect adds to each must still fit into a frame. */
const BATCH_TASK_BYTES = MAX_SERVER_FRAME_BYTES / 2;

/** Seed 001's frames, one per event. */
export const taskUpdateFrames = singleFrames(taskUpdate);

/** Seed 002's frames: one for each event that is told, so that a reader can pick by {@link isTold}. */
export const realTimeSyncFrames = singleFrames(realTimeSync);

/** Seed 003's frames, one per event. */
export const taskmdFrames = singleFrames(taskmd);

/** Seed 004's frames, one per event. */
export const todoFrames = singleFrames(todo);

/** Seed 000's frames: a lone event by itself, a burst as `BATCH_UPDATE`. */
export const syncServiceFrames: EncodeEvents = (events) =>
  // Changes and full task: the task may stand in a message twice.
  groupsOf(events.filter(isTold), ({ body }) => 2 * Buffer.byteLength(body), BATCH_TASK_BYTES).flatMap((group) => {
    const told = group.map(canonicalEvent);
    return syncService.encode(told, contextOf(group.at(-1), told.at(-1)));
  });

/** Has a plain dialect anything to say about this event? A lost channel and a skipped event are told by none. */
export function isTold({ type, taskId }: LoggedEvent): boolean {
  return type === 'task_update' || (type === 'access_removed' && taskId !== undefined);
}

/**
 * Writes what starts a connection of seed 000: the tasks as they stand, at least one `BATCH_UPDATE`, without those that
 * were withdrawn meanwhile ([SV63]).
 */
export function* initialBatches(
  channel: Channel,
  opening: Opening,
  withdrawn: Withdrawn = new Map(),
): Iterable<string> {
  const isVisible = ({ taskId }: TaskEvent): boolean => (withdrawn.get(String(taskId)) ?? 0) <= opening.position.seq;
  const context = { ...contextOf({ channel }), sentAt: nowText() };
  const pages = opening.recovered ? [] : groupBySize(opening.tasks, BATCH_TASK_BYTES, MAX_SNAPSHOT_TASKS);
  if (pages.length === 0) yield encodeBatchUpdate([], INITIAL_STATE, context);
  for (const page of pages) {
    yield encodeBatchUpdate(page.flatMap(creationOf).filter(isVisible), INITIAL_STATE, context);
  }
}

function singleFrames(dialect: Dialect): EncodeEvents {
  return (events) =>
    events.filter(isTold).flatMap((event) => {
      const told = canonicalEvent(event);
      return dialect.encode([told], contextOf(event, told));
    });
}

function canonicalEvent({ type, channel, seq, taskId = '', body }: LoggedEvent): TaskEvent {
  const message: unknown = JSON.parse(body);
  if (type === 'task_update' && isRecord(message)) {
    const { previousStatus } = message;
    return {
      ...taskEventOf({ ...(message as unknown as TaskUpdate), type, channel, seq }),
      ...(typeof previousStatus === 'string' && { previousStatus }),
    };
  }
  const target = isRecord(message) && isRecord(message.target) ? message.target.taskId : undefined;
  return { kind: 'unshared', taskId: isTaskId(target) ? target : taskId, channel, seq };
}

function creationOf(body: string): readonly TaskEvent[] {
  const task: unknown = JSON.parse(body);
  return isTask(task) ? [{ kind: 'created', taskId: task.id, task }] : [];
}

/** What a dialect needs besides the event: whose inbox it is, else who did it. */
function contextOf(
  logged: (Pick<LoggedEvent, 'channel'> & Partial<LoggedEvent>) | undefined,
  told?: TaskEvent,
): EncodeContext {
  if (logged === undefined) return {};
  const { channel, type } = logged;
  const id = channel.slice(channel.indexOf(':') + 1);
  return {
    ...(channel.startsWith('user:')
      ? { userId: id }
      : { projectId: id, ...(told?.actor && { userId: told.actor.id }) }),
    // Only a withdrawal has no time of its own.
    ...(type === 'access_removed' && { sentAt: nowText() }),
  };
}

function nowText(): string {
  return new Date(systemClock.now()).toISOString();
}
