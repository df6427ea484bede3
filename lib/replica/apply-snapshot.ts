import { type Task, taskKey } from '@/lib/protocol';
import { removeAccess } from './apply-event';
import { type AskedList, isNewerThan, isTakenAway, tellLaterLists } from './asked-list';
import { isNews, setBase } from './base';
import type { Patch } from './patch';
import { baseOf, type Replica, tell } from './replica';
import { bury } from './tombstones';

/** A channel is being asked for: what was told before this moment is for its snapshot to confirm or remove ([RP54]). */
export function beginSnapshot(replica: Replica, channel: string): void {
  replica.asks.set(channel, replica.tick);
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
  const askedTick = asked?.sentTick ?? replica.asks.get(channel);
  if (askedTick !== undefined) replica.heard.set(channel, askedTick);
  const before = new Set([
    ...(replica.channels.get(channel) ?? []),
    ...toldUntil(replica, heardUntil(replica, channel)),
  ]);
  patch.replace(channel);
  replica.tick += 1;
  replica.snapshotTick = replica.tick;
  const now = new Set<string>();
  replica.channels.set(channel, now);
  for (const task of tasks) {
    const key = taskKey(task.id);
    before.delete(key);
    if (isTakenAway(replica, key, asked) || isGoneSince(replica, key, askedTick)) continue;
    now.add(key);
    upsert(replica, key, task, patch, asked);
    if (replica.told.size > 0 && baseOf(replica, key) !== undefined) replica.told.delete(key);
  }
  for (const key of before) {
    if (asked !== undefined && isNewerThan(replica, key, asked)) now.add(key);
    // Where an answer told that it is gone, both say the same, and its grave stays.
    else if (replica.told.has(key) && baseOf(replica, key) === undefined) replica.told.delete(key);
    else removeAccess(replica, channel, key, patch);
  }
}

/**
 * Up to which tick all channels together know what is there: what was told may be in any of them, so that one alone, which
 * lacks it, takes nothing away ([RP68]).
 */
function heardUntil({ asks, heard, told }: Replica, channel: string): number {
  if (told.size === 0) return -1;
  return Math.min(...[channel, ...asks.keys()].map((each) => heard.get(each) ?? -1));
}

/** What was told when a list was asked for: the list decides over it. */
function toldUntil({ told }: Replica, askedTick: number): string[] {
  return [...told.keys()].filter((key) => (told.get(key) ?? 0) <= askedTick);
}

/** Did an own answer tell after the list was asked for that a task in it is gone? One that was told before is back. */
function isGoneSince<T extends Task>(replica: Replica<T>, key: string, askedTick: number | undefined): boolean {
  const told = replica.told.size === 0 ? undefined : replica.told.get(key);
  if (told === undefined || askedTick === undefined || baseOf(replica, key) !== undefined) return false;
  if (told <= askedTick) replica.tombstones.delete(key);
  return told > askedTick;
}

/**
 * Takes away what a whole list lacks of that which was told before it was asked for, and no channel carries. Events of before
 * may still come ([RP57]).
 *
 * @param now Milliseconds of the caller's monotonic clock; only ages tombstones.
 */
export function settleTold<T extends Task>(
  replica: Replica<T>,
  tasks: readonly T[],
  asked: AskedList<T>,
  now: number,
  patch: Patch<T>,
): void {
  const listed = new Set(tasks.map(({ id }) => taskKey(id)));
  for (const key of toldUntil(replica, asked.sentTick)) {
    const base = baseOf(replica, key);
    if (listed.has(key) || isNewerThan(replica, key, asked)) continue;
    if (base === undefined) replica.told.delete(key);
    else {
      bury(replica, key, base, base.version, now, false);
      tell(replica, key);
      setBase(replica, replica.table.open(key), undefined, patch);
    }
  }
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
    if (isTakenAway(replica, key, asked) || isGoneSince(replica, key, asked?.sentTick)) continue;
    const isNew = baseOf(replica, key) === undefined;
    upsert(replica, key, task, patch, asked);
    if (isNew && baseOf(replica, key) !== undefined) tell(replica, key);
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
  // Older than whatever is asked for from now on.
  for (const key of replica.told.keys()) replica.told.set(key, 0);
  for (const entry of replica.table.entries()) {
    if (entry.base === undefined) continue;
    // The values stay on the screen until the snapshot decides; only their versions lose their meaning.
    const { version: _, ...rest } = entry.base;
    setBase(replica, entry, rest as T, patch);
  }
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
  if (asked !== undefined) tellLaterLists(replica, asked, key, task);
}
