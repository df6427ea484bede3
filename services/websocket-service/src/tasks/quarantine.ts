import type { JournalTransaction } from '@/log/journal';

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

/** Of one task. */
const MAX_GIVEN_UP = 100;

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
