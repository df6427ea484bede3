import { type Task, taskKey } from '@/lib/protocol';
import { applyList, applySnapshot } from './apply-snapshot';
import { adoptCreate } from './own-creates';
import type { Patch } from './patch';
import { baseOf, type Replica } from './replica';
import { sameContent, sameValue } from './same-value';

/** A list of a server without versions, and when it was asked for. */
export interface ForeignList<T extends Task> {
  readonly tasks: readonly T[];
  /** Are these all tasks? An incomplete list removes nothing ([RP9]). */
  readonly isComplete: boolean;
  /** The replica's tick when the request left: what came since is newer ([RP3]). */
  readonly sentTick: number;
}

/**
 * Applies the list of a server without versions: it is the truth about all that nothing newer came of since it was asked
 * for ([RP44]). Rows that did not change keep their objects.
 *
 * @returns The keys of which the list says something else than the events did: events were missed, or are still under way.
 */
export function applyForeignList<T extends Task>(
  replica: Replica<T>,
  channel: string,
  { tasks, isComplete, sentTick }: ForeignList<T>,
  patch: Patch<T>,
): ReadonlySet<string> {
  const missed = new Set<string>();
  const rows: T[] = [];
  const isDecided = (key: string) =>
    (replica.arrivals.get(key) ?? 0) > sentTick || replica.pending.get(key)?.[0]?.sent === true;
  // There is one list only: it decides over what answers alone told, too.
  const held = new Set([...(replica.channels.get(channel) ?? []), ...replica.told.keys()]);
  replica.channels.set(channel, new Set(held));
  for (const row of tasks) {
    const key = taskKey(row.id);
    const base = baseOf(replica, key);
    held.delete(key);
    rows.push(base !== undefined && sameValue(base, row) ? base : row);
    if (isDecided(key) || (base === undefined && adoptCreate(replica, key, row, patch))) continue;
    if (base === undefined || !sameContent(shared(base, row), shared(row, base))) missed.add(key);
  }
  if (isComplete) for (const key of held) if (baseOf(replica, key) !== undefined && !isDecided(key)) missed.add(key);
  if (isComplete) applySnapshot(replica, channel, rows, patch, { sentTick });
  else applyList(replica, rows, patch, { sentTick });
  return missed;
}

/** The fields of a row that the other one has too: lists and events may show more or less of a task. */
function shared<T extends Task>(row: T, other: T): T {
  return Object.fromEntries(Object.entries(row).filter(([field]) => Object.hasOwn(other, field))) as T;
}
