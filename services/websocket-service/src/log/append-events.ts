import type { AppendResult, LoggedEvent, NewEvent } from '@/ports/event-log';
import type { DatabaseTransaction } from '@/ports/schema';

/**
 * Appends events inside the caller's transaction, so that a change and its events commit together or not at all. The
 * channel's counter row is part of the same transaction: that keeps `seq` gap-free and in commit order ([LG1]).
 */
export async function appendEvents(
  tx: DatabaseTransaction,
  batch: readonly NewEvent[],
  at: number,
): Promise<readonly AppendResult[]> {
  const results: AppendResult[] = [];
  for (const event of batch) results.push(await appendEvent(tx, event, at));
  return results;
}

/** Only what was really appended, in order. */
export function appendedOf(results: readonly AppendResult[]): readonly LoggedEvent[] {
  return results.flatMap((result) => (result.outcome === 'appended' ? [result.event] : []));
}

async function appendEvent(tx: DatabaseTransaction, event: NewEvent, at: number): Promise<AppendResult> {
  const { channel, eventId, type, taskId, version, body } = event;
  const known = await tx
    .selectFrom('events')
    .select('seq')
    .where('channel', '=', channel)
    .where('event_id', '=', eventId)
    .executeTakeFirst();
  if (known !== undefined) return { outcome: 'duplicate', seq: known.seq };
  if (await isStale(tx, event)) return { outcome: 'stale' };

  const { head } = await tx
    .insertInto('channels')
    .values({ channel, head: 1, head_event_id: eventId, floor: 0, floor_event_id: null })
    .onConflict((conflict) =>
      conflict.column('channel').doUpdateSet((now) => ({
        head: now('channels.head', '+', 1),
        head_event_id: now.ref('excluded.head_event_id'),
      })),
    )
    .returning('head')
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('events')
    .values({
      channel,
      seq: head,
      event_id: eventId,
      type,
      task_id: taskId ?? null,
      version: version ?? null,
      at,
      body,
    })
    .execute();
  return { outcome: 'appended', event: { ...event, seq: head } };
}

async function isStale(tx: DatabaseTransaction, { channel, taskId, version }: NewEvent): Promise<boolean> {
  if (taskId === undefined || version === undefined) return false;
  const newer = await tx
    .selectFrom('events')
    .select('seq')
    .where('channel', '=', channel)
    .where('task_id', '=', taskId)
    .where('version', '>=', version)
    .limit(1)
    .executeTakeFirst();
  return newer !== undefined;
}
