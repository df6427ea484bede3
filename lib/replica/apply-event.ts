import { isDoneStatus, type Task, type TaskEvent, taskKey } from '@/lib/protocol';
import { isNews, setBase } from './base';
import { refreshView, takePending } from './overlay';
import { ownResult } from './own-result';
import type { Patch } from './patch';
import type { Replica } from './replica';
import { bury } from './tombstones';

/**
 * Applies one event of the server. Safe to call with duplicates, late events, partial changes and unknown tasks: the
 * greatest version wins, an equal one is a duplicate, and without versions the order of arrival decides ([RP2], [RP3]).
 *
 * @param now Milliseconds of the caller's monotonic clock; only ages tombstones.
 */
export function applyEvent<T extends Task>(
  replica: Replica<T>,
  event: TaskEvent<T>,
  now: number,
  patch: Patch<T>,
): void {
  const { table, tombstones } = replica;
  const key = taskKey(event.taskId);
  const known = table.find(key);
  const base = known?.base;
  const before = known?.view;
  // The echo of an own change acknowledges it, before, after or without the answer ([RP7]).
  const own = event.mutationId === undefined ? undefined : takePending(replica, event.mutationId, patch);
  if (!isNews(replica, key, known, event.version)) {
    if (base !== undefined && event.kind !== 'deleted') place(replica, event.channel, key);
    if (own !== undefined) refreshView(replica, key, patch);
    return;
  }
  const after = event.kind === 'deleted' ? undefined : merge(base, event);
  const made = own && ownResult(base, own.pending.mutation, after, tombstones.get(key)?.last);
  replica.tick += 1;
  if (event.version === undefined) replica.arrivals.set(key, replica.tick);
  const toldGone = base === undefined && event.kind === 'updated' ? replica.told.get(key) : undefined;
  if (toldGone !== undefined && after !== undefined) {
    // This is from before that, and only makes the grave newer ([RP56]).
    bury(replica, key, after, event.version, now, false);
    replica.told.set(key, toldGone);
    refreshView(replica, key, patch);
    return;
  }
  if (event.kind === 'deleted') {
    bury(replica, key, base, event.version, now);
  } else {
    if (after === undefined) {
      if (own !== undefined) refreshView(replica, key, patch);
      return;
    }
    // What is there has no grave.
    if (base === undefined) tombstones.delete(key);
    place(replica, event.channel, key);
  }
  const entry = known ?? table.add(key);
  setBase(replica, entry, after, patch, { actor: event.actor, before: made });
  if (own === undefined) patch.hear(event, before, entry.view, base);
}

/** Forgets a task in one channel; it is gone, versions included, when no channel holds it any more ([RP6]). */
export function removeAccess<T extends Task>(replica: Replica<T>, channel: string, key: string, patch: Patch<T>): void {
  replica.channels.get(channel)?.delete(key);
  for (const keys of replica.channels.values()) if (keys.has(key)) return;
  for (const { taken } of replica.travelling) taken?.add(key);
  forgetGrave(replica, key);
  replica.told.delete(key);
  replica.arrivals.delete(key);
  setBase(replica, replica.table.open(key), undefined, patch);
}

/**
 * That it was deleted, at which version, stays known where an event or an own answer said so: another channel may lag, and
 * would bring it back ([RP67]). What only seemed to be gone was perhaps taken away, and comes back by a share as it was.
 */
function forgetGrave<T extends Task>({ tombstones }: Replica<T>, key: string): void {
  const grave = tombstones.get(key);
  if (grave?.isSure === true && grave.version !== undefined) tombstones.set(key, { ...grave, last: undefined });
  else tombstones.delete(key);
}

/** Forgets a whole channel ([RP6]). */
export function removeChannel<T extends Task>(replica: Replica<T>, channel: string, patch: Patch<T>): void {
  for (const key of [...(replica.channels.get(channel) ?? [])]) removeAccess(replica, channel, key, patch);
  replica.channels.delete(channel);
}

function place<T extends Task>(replica: Replica<T>, channel: string | undefined, key: string): void {
  if (channel === undefined) return;
  replica.told.delete(key);
  const keys = replica.channels.get(channel);
  if (keys === undefined) replica.channels.set(channel, new Set([key]));
  else keys.add(key);
}

/**
 * Changes merge into a known task; else a full task replaces. Partial news of an unknown task is not enough to show one
 * ([RP4]).
 */
function merge<T extends Task>(base: T | undefined, event: TaskEvent<T>): T | undefined {
  if (base === undefined || event.changes === undefined) return event.task;
  const status = event.changes.status;
  const derived = status !== undefined && event.changes.completed === undefined && { completed: isDoneStatus(status) };
  return { ...base, ...event.changes, ...derived };
}
