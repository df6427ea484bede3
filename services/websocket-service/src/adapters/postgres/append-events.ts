import { CompiledQuery } from 'kysely';
import type { AppendResult, NewEvent } from '@/ports/event-log';
import type { DatabaseTransaction } from '@/ports/schema';

const APPEND = 'SELECT outcome, seq FROM taskwire_append($1, $2, $3, $4, $5, $6, $7)';

interface AppendRow {
  readonly outcome: 'appended' | 'duplicate' | 'stale';
  readonly seq: number;
}

/** Appends in the caller's transaction, in one round trip; see `taskwire_append` in `events-schema.ts`. */
export async function appendEvents(
  tx: DatabaseTransaction,
  batch: readonly NewEvent[],
  at: number,
): Promise<readonly AppendResult[]> {
  if (batch.length === 0) return [];
  const { rows } = await tx.executeQuery<AppendRow>(
    CompiledQuery.raw(APPEND, [
      batch.map((event) => event.channel),
      batch.map((event) => event.eventId),
      batch.map((event) => event.type),
      batch.map((event) => event.taskId ?? null),
      batch.map((event) => event.version ?? null),
      batch.map((event) => event.body),
      at,
    ]),
  );
  return batch.map((event, index) => resultOf(event, rows[index]));
}

function resultOf(event: NewEvent, row: AppendRow | undefined): AppendResult {
  if (row?.outcome === 'stale') return { outcome: 'stale' };
  const seq = row?.seq ?? 0;
  return row?.outcome === 'duplicate'
    ? { outcome: 'duplicate', seq }
    : { outcome: 'appended', event: { ...event, seq } };
}
