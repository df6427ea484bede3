import { type Task, taskKey } from '@/lib/protocol';
import { removeAccess } from './apply-event';
import { isNews, setBase } from './base';
import type { Patch } from './patch';
import { baseOf, type Replica } from './replica';

/** What a list is compared with when it comes: what was known when it was asked for ([RP51]). */
export interface AskedList<T extends Task = Task> {
  /** The replica's tick. For tasks without versions: events that came since are newer than the list ([RP3]). */
  readonly sentTick: number;
  /** The bases by key, where tasks have versions. */
  readonly known?: ReadonlyMap<string, T>;
}

/** A list is about to be asked for, from a server whose tasks have versions. */
export function askList<T extends Task>(replica: Replica<T>): AskedList<T> {
  const known = new Map<string, T>();
  for (const { key, base } of replica.table.entries()) if (base !== undefined) known.set(key, base);
  return { sentTick: replica.tick, known };
}

/** A snapshot of a channel is about to arrive: what answers told before this moment is for it to confirm or remove. */
export function beginSnapshot(replica: Replica, channel: string): void {
  replica.snapshotting.set(channel, new Set(replica.unplaced));
}

/**
 * Replaces one channel's whole set: tasks that the snapshot lacks leave the channel, tasks that are known in a newer
 * version keep it, own pending changes stay on top ([RP9]).
 *
 * @param asked What was known when the list was asked for; a snapshot that comes by itself stands in order with the events.
 */
export function applySnapshot<T extends Task>(
  replica: Replica<T>,
  channel: string,
  tasks: readonly T[],
  patch: Patch<T>,
  asked?: AskedList<T>,
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
    if (isTakenAway(replica, key, asked)) continue;
    now.add(key);
    upsert(replica, key, task, patch, asked);
  }
  for (const key of before) {
    if (asked !== undefined && isNewerThan(replica, key, asked)) now.add(key);
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
  asked?: AskedList<T>,
): void {
  for (const task of tasks) {
    const key = taskKey(task.id);
    if (isTakenAway(replica, key, asked)) continue;
    if (baseOf(replica, key) === undefined) replica.unplaced.add(key);
    upsert(replica, key, task, patch, asked);
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

/** Did something come of the task since the list was asked for? Then the list, which lacks it, may be older. */
function isNewerThan<T extends Task>(replica: Replica<T>, key: string, { sentTick, known }: AskedList<T>): boolean {
  if ((replica.arrivals.get(key) ?? 0) > sentTick) return true;
  const base = baseOf(replica, key);
  return known !== undefined && base !== undefined && known.get(key) !== base;
}

/** Was the task known when the list was asked for, and taken away since? No grave would keep an older list from showing it. */
function isTakenAway<T extends Task>(replica: Replica<T>, key: string, asked: AskedList<T> | undefined): boolean {
  return asked?.known?.has(key) === true && baseOf(replica, key) === undefined && !replica.tombstones.has(key);
}

function upsert<T extends Task>(
  replica: Replica<T>,
  key: string,
  task: T,
  patch: Patch<T>,
  asked: AskedList<T> | undefined,
): void {
  const known = replica.table.find(key);
  if (known?.base === task || !isNews(replica, key, known, task.version, asked?.sentTick)) return;
  replica.tombstones.delete(key);
  setBase(replica, replica.table.open(key), task, patch);
}
