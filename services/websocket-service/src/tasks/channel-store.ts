import { sql } from 'kysely';
import type { Channel, Position } from '@/lib/protocol';
import { channelRow, headOf } from '@/log/channel-heads';
import { isRecoverable } from '@/log/check-position';
import type { HeldEvents } from '@/log/held-events';
import { readConsistently } from '@/log/read-consistently';
import type { ChannelStore } from '@/ports/channel-store';
import type { LogDatabase } from '@/ports/log-database';
import type { DatabaseTransaction } from '@/ports/schema';
import { tasksOfChannel } from './channel-tasks';

/** Makes the looks and snapshots of a database. */
export function createChannelStore(
  { db, epoch }: LogDatabase,
  held: Pick<HeldEvents, 'hold'>,
): Pick<ChannelStore, 'look' | 'snapshot'> {
  return {
    async look({ channel, position, hold, keptSeqs }) {
      if (position !== undefined) {
        // Most who come back have missed nothing: one statement says so, and there is nothing to hold.
        const head = headOf(epoch, await channelRow(db, channel));
        if (isAt(head, position)) return { recovered: true, position: head, replayed: 0 };
      }
      return readConsistently(db, async (tx) => {
        const row = await channelRow(tx, channel);
        const head = headOf(epoch, row);
        if (position !== undefined && (await isRecoverable(tx, epoch, channel, row, position))) {
          // Held from within the transaction that found everything there: a trim comes before it or respects it ([LG15]).
          held.hold(hold, channel, position.seq);
          return { recovered: true, position: head, replayed: head.seq - position.seq };
        }
        const bytes = keptSeqs.includes(head.seq) ? 0 : await bytesOfChannel(tx, channel);
        return { recovered: false, position: head, bytes };
      });
    },
    snapshot: (channel) =>
      readConsistently(db, async (tx) => ({
        position: headOf(epoch, await channelRow(tx, channel)),
        tasks: await bodiesOfChannel(tx, channel),
      })),
  };
}

function isAt(head: Position, { epoch, seq, eventId = head.eventId }: Position): boolean {
  return epoch === head.epoch && seq === head.seq && eventId === head.eventId;
}

async function bytesOfChannel(tx: DatabaseTransaction, channel: Channel): Promise<number> {
  const { bytes } = await tasksOfChannel(tx, channel)
    .select(sql<number>`coalesce(sum(octet_length(body)), 0)`.as('bytes'))
    .executeTakeFirstOrThrow();
  return Number(bytes);
}

async function bodiesOfChannel(tx: DatabaseTransaction, channel: Channel): Promise<readonly string[]> {
  const rows = await tasksOfChannel(tx, channel).select('body').orderBy('id').execute();
  return rows.map((row) => row.body);
}
