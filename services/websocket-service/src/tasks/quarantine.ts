import type { JournalTransaction } from '@/log/journal';
import { preparedMany } from '@/ports/prepared';
import type { PublishedEvent } from './published-event';

/** A published event that can't take effect, now or ever. */
export interface FailedEvent {
  readonly source: string;
  /** Its id, or its content's digest. */
  readonly key: string;
  /** For people. */
  readonly reason: string;
  readonly raw: string;
  /** The task without which it can't take effect; absent where it never can. */
  readonly waitsFor?: string;
}

/** What the quarantine has to do with events that come. */
export interface Quarantined {
  /** Could this event not take effect before? */
  hasFailed(event: PublishedEvent): boolean;
  /** Were others given up for want of this event's task? */
  isAwaited(event: PublishedEvent): boolean;
}

/** Of one task. */
const MAX_GIVEN_UP = 100;

interface QuarantineKey {
  readonly source: string;
  readonly key: string;
  readonly taskId: string;
}

const LOOK = preparedMany((db, keys: readonly QuarantineKey[]) =>
  db
    .selectFrom('quarantine')
    .select(['source', 'id', 'task_id', 'is_final'])
    .where(({ eb, or, and }) =>
      or([
        ...keys.map(({ source, key }) => and([eb('source', '=', source), eb('id', '=', key)])),
        ...keys.map(({ taskId }) => and([eb('task_id', '=', taskId), eb('is_final', '=', 1)])),
      ]),
    ),
);

/** Asks for all events at once: for most of them there is nothing, and nothing else has to be asked. */
export async function lookIntoQuarantine(
  { db }: JournalTransaction,
  events: readonly PublishedEvent[],
): Promise<Quarantined> {
  const rows = await LOOK.all(
    db,
    events.map(({ source, key, taskId }) => ({ source, key, taskId: String(taskId) })),
  );
  return {
    hasFailed: ({ source, key }) => rows.some((row) => row.source === source && row.id === key),
    isAwaited: ({ taskId }) => rows.some((row) => row.is_final === 1 && row.task_id === String(taskId)),
  };
}

/**
 * Notes that an event could not take effect. Says whether it is worth another try: from the attempt `maxAttempts` on it
 * stays in quarantine ([SV84]).
 */
export async function noteFailure(
  { db, now }: JournalTransaction,
  { source, key, reason, raw, waitsFor }: FailedEvent,
  maxAttempts: number,
): Promise<'retry' | 'quarantined'> {
  const known = await db
    .selectFrom('quarantine')
    .select('attempts')
    .where('source', '=', source)
    .where('id', '=', key)
    .executeTakeFirst();
  const attempts = (known?.attempts ?? 0) + 1;
  const isFinal = attempts >= maxAttempts;
  const row = { reason, attempts, is_final: isFinal ? 1 : 0, at: now, body: raw, task_id: waitsFor ?? null };
  await db
    .insertInto('quarantine')
    .values({ source, id: key, ...row })
    .onConflict((conflict) => conflict.columns(['source', 'id']).doUpdateSet(row))
    .execute();
  return isFinal ? 'quarantined' : 'retry';
}

/**
 * What was given up because this task was unknown, oldest first. A broker that keeps the order delivers a create only after
 * what comes before it was given up, so the create finds it here.
 */
export async function givenUpFor({ db }: JournalTransaction, taskId: string): Promise<readonly FailedEvent[]> {
  const rows = await db
    .selectFrom('quarantine')
    .select(['source', 'id', 'reason', 'body'])
    .where('task_id', '=', taskId)
    .where('is_final', '=', 1)
    .orderBy('at')
    .orderBy('id')
    .limit(MAX_GIVEN_UP)
    .execute();
  return rows.map(({ source, id, reason, body }) => ({ source, key: id, reason, raw: body }));
}

/** The event took effect after all. */
export async function forgetFailure({ db }: JournalTransaction, source: string, key: string): Promise<void> {
  await db.deleteFrom('quarantine').where('source', '=', source).where('id', '=', key).execute();
}
