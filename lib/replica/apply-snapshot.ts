import { type Task, taskKey } from '@/lib/protocol';
import { removeAccess } from './apply-event';
import { isNews, setBase } from './base';
import type { Patch } from './patch';
import { baseOf, type Replica } from './replica';

/** A snapshot of a channel is about to arrive: what answers told before this moment is for it to confirm or remove. */
export function beginSnapshot(replica: Replica, channel: string): void {
  replica.snapshotting.set(channel, new Set(replica.unplaced));
}

/**
 * Replaces one channel's whole set: tasks that the snapshot lacks leave the channel, tasks that are known in a newer
 * version keep it, own pending changes stay on top ([RP9]).
 *
 * @param sentTick The tick at which the list was asked for, from servers without versions: events that came since are
 *   newer than the list ([RP3]).
 */
export function applySnapshot<T extends Task>(
  replica: Replica<T>,
  channel: string,
  tasks: readonly T[],
  patch: Patch<T>,
  sentTick?: number,
): void {
  const before = new Set([...(replica.channels.get(channel) ?? []), ...(replica.snapshotting.get(channel) ?? [])]);
  replica.snapshotting.delete(channel);
  patch.replace(channel);
  replica.tick += 1;
  replica.snapshotTick = replica.tick;
  const now = new Set<string>();
  replica.channels.set(channel, now);
  for (const task of tasks) {
    const key = taskKey(task.id);
    before.delete(key);
    replica.unplaced.delete(key);
    now.add(key);
    upsert(replica, key, task, patch, sentTick);
  }
  for (const key of before) {
    if (sentTick !== undefined && (replica.arrivals.get(key) ?? 0) > sentTick) now.add(key);
    else if (!isUndecided(replica, key)) removeAccess(replica, channel, key, patch);
  }
}

/**
 * The answer that told of a task may have overtaken a snapshot that was read before it: an own change on top is not taken
 * for one of a deleted task, since its own answer tells ([RP49]).
 */
function isUndecided(replica: Replica, key: string): boolean {
  return replica.unplaced.has(key) && replica.pending.has(key);
}

/** Adds or refreshes tasks from an incomplete list; removes nothing ([RP9]). */
export function applyList<T extends Task>(
  replica: Replica<T>,
  tasks: readonly T[],
  patch: Patch<T>,
  sentTick?: number,
): void {
  for (const task of tasks) {
    const key = taskKey(task.id);
    if (baseOf(replica, key) === undefined) replica.unplaced.add(key);
    upsert(replica, key, task, patch, sentTick);
  }
}

/** A new epoch: base, versions and graves are of another history; own pending changes stay for the new snapshot ([RP10]). */
export function beginEpoch<T extends Task>(replica: Replica<T>, epoch: string, patch: Patch<T>): void {
  if (replica.epoch === epoch) return;
  const first = replica.epoch === undefined;
  replica.epoch = epoch;
  if (first) return;
  replica.tombstones.clear();
  replica.arrivals.clear();
  for (const entry of replica.table.entries()) {
    if (entry.base === undefined) continue;
    // The values stay on the screen until the snapshot decides; only their versions lose their meaning.
    const { version: _, ...rest } = entry.base;
    setBase(replica, entry, rest as T, patch);
  }
}

function upsert<T extends Task>(replica: Replica<T>, key: string, task: T, patch: Patch<T>, sentTick?: number): void {
  const known = replica.table.find(key);
  if (known?.base === task || !isNews(replica, key, known, task.version, sentTick)) return;
  replica.tombstones.delete(key);
  setBase(replica, replica.table.open(key), task, patch);
}
