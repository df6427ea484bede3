import { isRecord } from '@/lib/protocol';

/** A pattern for bodies that may mention the user; `LIKE` finds more than that, never less. */
export function mentionOf(userId: string): string {
  return `%${JSON.stringify(userId)
    .slice(1, -1)
    .replaceAll(/[\\%_]/g, '_')}%`;
}

/** The body without the user as the one who acted. */
export function withoutActor(body: string, userId: string): string {
  const value: unknown = JSON.parse(body);
  if (!isRecord(value) || !isRecord(value.actor) || value.actor.id !== userId) return body;
  const { actor, ...rest } = value;
  return JSON.stringify(rest);
}

/** The line of a history without the user as the one with whom the task was shared: that is there alone. */
export function withoutWatcher(body: string, userId: string): string {
  const value: unknown = JSON.parse(body);
  if (!isRecord(value) || value.userId !== userId) return body;
  const { userId: watcher, ...rest } = value;
  return JSON.stringify(rest);
}
