import type { JournalTransaction } from '@/log/journal';

/** A published event that can't take effect, now or ever. */
export interface FailedEvent {
  readonly source: string;
  /** Its id, or its content's digest. */
  readonly key: string;
  /** For people. */
  readonly reason: string;
  readonly raw: string;
}

/**
 * Notes that an event could not take effect. Says whether it is worth another try: from the attempt `maxAttempts` on it
 * stays in quarantine ([SV84]).
 */
export async function noteFailure(
  { db, now }: JournalTransaction,
  { source, key, reason, raw }: FailedEvent,
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
  const row = { reason, attempts, is_final: isFinal ? 1 : 0, at: now, body: raw };
  await db
    .insertInto('quarantine')
    .values({ source, id: key, ...row })
    .onConflict((conflict) => conflict.columns(['source', 'id']).doUpdateSet(row))
    .execute();
  return isFinal ? 'quarantined' : 'retry';
}

/** The event took effect after all. */
export async function forgetFailure({ db }: JournalTransaction, source: string, key: string): Promise<void> {
  await db.deleteFrom('quarantine').where('source', '=', source).where('id', '=', key).execute();
}
