import { type Task, type TaskEvent, taskKey } from '@/lib/protocol';
import { applyEvent } from './apply-event';
import { adoptCreate, isEchoOf, saysThat } from './own-creates';
import type { Patch } from './patch';
import { baseOf, type Replica } from './replica';

/** How news without a version is judged. */
export interface ForeignRules {
  /** Is a row with an older `updatedAt` than the known one old news? Otherwise it only raises a doubt. */
  readonly trustsUpdatedAt: boolean;
}

/**
 * Applies one event of a server without versions. The order of arrival decides, with three exceptions that need no clock:
 * a deleted task comes back by a restore only, a creation never replaces what is known already, and what an own change on
 * its way leads to is its echo ([RP40], [RP41], [RP42]).
 *
 * @param now Milliseconds of the caller's monotonic clock; only ages tombstones.
 * @returns Whether the event leaves a doubt that only the server's list can settle.
 */
export function applyForeignEvent<T extends Task>(
  replica: Replica<T>,
  event: TaskEvent<T>,
  now: number,
  patch: Patch<T>,
  rules: ForeignRules,
): boolean {
  if (event.version !== undefined || event.mutationId !== undefined) {
    applyEvent(replica, event, now, patch);
    return false;
  }
  const key = taskKey(event.taskId);
  const base = baseOf(replica, key);
  const said = event.changes ?? event.task;
  const head = replica.pending.get(key)?.[0];
  const own = head?.sent === true && isEchoOf(head.mutation, event.kind, said) ? head.mutation : undefined;

  if (event.kind === 'deleted') {
    replica.echoes.delete(key);
    replica.saidAt.delete(key);
    applyEvent(replica, own === undefined ? event : { ...event, mutationId: own.id }, now, patch);
    return false;
  }
  if (base === undefined) {
    if (replica.tombstones.has(key) && event.kind !== 'restored' && own === undefined) return true;
    if (event.task === undefined) return true;
    const task = withHonestTime(event.task, event.changes);
    const isOwn = (head?.sent === true && head.mutation.kind === 'create') || adoptCreate(replica, key, task, patch);
    quietly(isOwn, patch, () =>
      applyEvent(replica, { ...event, task, ...(own && { mutationId: own.id }) }, now, patch),
    );
    return false;
  }

  const expected = replica.echoes.get(key);
  const isLateEcho =
    expected !== undefined &&
    (expected.kind === 'create' ? event.kind === 'created' : isEchoOf(expected, event.kind, said));
  if (isLateEcho) replica.echoes.delete(key);
  // A creation is the oldest news there is of a task; only an own one tells what its answer left out.
  if (event.kind === 'created' && !isLateEcho) return said !== undefined && !saysThat(base, said);
  const isOlder = isOlderThan(said, base);
  if (isOlder && rules.trustsUpdatedAt) {
    if (own !== undefined) applyEvent(replica, { kind: 'updated', taskId: base.id, mutationId: own.id }, now, patch);
    return false;
  }
  // Rows of foreign servers may be slim: what they lack is kept until the list says otherwise.
  const { task: _, ...rest } = event;
  const merged = { ...rest, kind: 'updated' as const, changes: said ?? {}, ...(own && { mutationId: own.id }) };
  quietly(isLateEcho, patch, () => applyEvent(replica, merged, now, patch));
  return isOlder || isOvertaken(replica, key, event.at);
}

/** Was this message sent before one that came already? The time of sending decides nothing, it only raises a doubt. */
function isOvertaken<T extends Task>(replica: Replica<T>, key: string, at: string | undefined): boolean {
  if (at === undefined) return false;
  const latest = replica.saidAt.get(key);
  if (latest !== undefined && at < latest) return true;
  replica.saidAt.set(key, at);
  return false;
}

/** Where the row has no time of its own, none is made up from the message's. */
function withHonestTime<T extends Task>(task: T, changes: Partial<T> | undefined): T {
  if (changes === undefined || changes.updatedAt !== undefined) return task;
  return { ...task, updatedAt: changes.createdAt ?? NO_TIME };
}

/** Stands where a server gave no time; it is older than nothing. */
const NO_TIME = '1970-01-01T00:00:00.000Z';

function isOlderThan(said: Partial<Task> | undefined, base: Task): boolean {
  const [news, known] = [timeOf(said?.updatedAt), timeOf(base.updatedAt)];
  return news !== undefined && known !== undefined && news < known;
}

function timeOf(text: string | undefined): number | undefined {
  const ms = text === undefined ? Number.NaN : Date.parse(text);
  return ms > 0 ? ms : undefined;
}

/** People are not told of their own change coming back. */
function quietly<T extends Task>(isOwn: boolean, patch: Patch<T>, apply: () => void): void {
  if (isOwn) patch.quietly(apply);
  else apply();
}
