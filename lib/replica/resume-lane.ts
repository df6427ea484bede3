import { type Mutation, type Task, taskKey } from '@/lib/protocol';
import { setBase } from './base';
import { newPending } from './join-lane';
import { refreshEntry, refreshView } from './overlay';
import type { Patch } from './patch';
import { baseOf, type PendingMutation, type Replica } from './replica';

/** An own change together with what it was made on, as it outlives a page. */
export interface KeptChange<T extends Task = Task> {
  readonly mutation: Mutation<T>;
  /** The server's value that it stands on; of a restore, what was deleted; `undefined` where there was none. */
  readonly made: T | undefined;
  /** The epoch of that value. */
  readonly epoch: string | undefined;
}

/** What an own change stands on: its base when it was sent, else the base of now ({@link KeptChange}). */
export function madeOn<T extends Task>(replica: Replica<T>, { mutation, sent, sentBase }: PendingMutation<T>) {
  const key = taskKey(mutation.taskId);
  const base = sent ? sentBase : baseOf(replica, key);
  return base ?? (mutation.kind === 'restore' ? replica.tombstones.get(key)?.last : undefined);
}

/**
 * Lays own changes of one task, kept from an earlier page, beneath those that were made since. The first may have reached
 * the server, so it stays as it was sent until its answer decides; the others meet what changed meanwhile at once ([OB12]).
 *
 * @param isKnown Has a whole list arrived? Before that a task is shown as the changes knew it.
 */
export function resumeLane<T extends Task>(
  replica: Replica<T>,
  kept: readonly KeptChange<T>[],
  isKnown: boolean,
  now: number,
  patch: Patch<T>,
): void {
  const [head] = kept;
  if (head === undefined) return;
  const key = taskKey(head.mutation.taskId);
  replica.epoch ??= head.epoch;
  // A version of another epoch compares with nothing, and without one no server can be asked to refuse: such a change is
  // as if it had never been sent.
  const isSameEpoch = head.epoch === replica.epoch;
  const isConditional = head.mutation.kind === 'update' || head.mutation.kind === 'delete';
  const isSent = isSameEpoch && (head.made?.version !== undefined || !isConditional);
  const made = isSameEpoch || head.made === undefined ? head.made : withoutVersion(head.made);
  const resumed = kept.map(
    ({ mutation }, index): PendingMutation<T> =>
      index === 0 && isSent
        ? { ...newPending(mutation), sent: true, tried: true, sentBase: mutation.kind === 'restore' ? undefined : made }
        : { ...newPending(mutation), tried: true },
  );
  replica.pending.set(key, [...resumed, ...(replica.pending.get(key) ?? [])]);
  const base = newerOf(baseOf(replica, key), isSameEpoch ? made : undefined);
  if (head.mutation.kind === 'restore') {
    if (base === undefined && !replica.tombstones.has(key)) {
      replica.tombstones.set(key, { version: undefined, at: now, last: made, isSure: false });
    }
    refreshView(replica, key, patch);
  } else if (base === undefined && made !== undefined && !isKnown) {
    const entry = replica.table.open(key);
    replica.table.know(entry, made);
    // Older than whatever was asked for.
    replica.told.set(key, 0);
    refreshEntry(replica, entry, patch);
  } else {
    setBase(replica, replica.table.open(key), base, patch, { before: made });
  }
}

/** What the changes knew may be newer than a base that was kept now and then. */
function newerOf<T extends Task>(base: T | undefined, made: T | undefined): T | undefined {
  return base?.version !== undefined && made?.version !== undefined && made.version > base.version ? made : base;
}

function withoutVersion<T extends Task>(task: T): T {
  const { version: _, ...rest } = task;
  return rest as T;
}
