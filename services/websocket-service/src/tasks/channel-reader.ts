import { sql } from 'kysely';
import type { Channel, Position } from '@/lib/protocol';
import { channelRow, headOf } from '@/log/channel-heads';
import { isRecoverable } from '@/log/check-position';
import type { ChannelReader, Opening } from '@/ports/channel-reader';
import type { EventLog } from '@/ports/event-log';
import type { Database, DatabaseTransaction } from '@/ports/schema';
import { createSharedSnapshots, type Room } from './shared-snapshots';

/**
 * Reads what a subscription needs: the position and the tasks at it come from one transaction ([LG6]). Snapshots are
 * whole in memory while they are sent, since all pages show one state: readers of the same state share one, and
 * `maxSnapshotBytes` bounds them together ([LM10]).
 */
export function createChannelReader(db: Database, log: EventLog, maxSnapshotBytes: number): ChannelReader {
  const { epoch } = log;
  const snapshots = createSharedSnapshots(maxSnapshotBytes);

  const look = (channel: Channel, position: Position | undefined): Promise<Opening | { readonly bytes: number }> =>
    db.transaction().execute(async (tx) => {
      const row = await channelRow(tx, channel);
      const head = headOf(epoch, row);
      if (position !== undefined && (await isRecoverable(tx, epoch, channel, row, position))) {
        // Held from within the transaction that found everything there: a trim comes before it or respects it ([LG15]).
        const release = log.hold(channel, position.seq);
        return { recovered: true, position: head, replayed: head.seq - position.seq, release };
      }
      return snapshots.find(channel, head) ?? { bytes: await bytesOfChannel(tx, channel) };
    });

  const readInto = (room: Room, channel: Channel): Promise<Opening> =>
    db.transaction().execute(async (tx) => {
      const position = headOf(epoch, await channelRow(tx, channel));
      return snapshots.find(channel, position) ?? room.keep({ position, tasks: await tasksOfChannel(tx, channel) });
    });

  return {
    async open(channel, position, isWanted) {
      while (isWanted()) {
        const seen = await look(channel, position);
        if ('position' in seen) return seen;
        const room = await snapshots.makeRoom(channel, seen.bytes);
        try {
          if (room !== undefined && isWanted()) return await readInto(room, channel);
        } finally {
          room?.leave();
        }
      }
      return undefined;
    },
    read: log.read,
  };
}

/** The living tasks that a channel carries. */
function livingTasks(tx: DatabaseTransaction, channel: Channel) {
  const [kind, id] = splitChannel(channel);
  return tx
    .selectFrom('tasks')
    .where(kind === 'user' ? 'owner_id' : 'project_id', '=', id)
    .where('deleted', '=', 0);
}

async function bytesOfChannel(tx: DatabaseTransaction, channel: Channel): Promise<number> {
  const { bytes } = await livingTasks(tx, channel)
    .select(sql<number>`coalesce(sum(octet_length(body)), 0)`.as('bytes'))
    .executeTakeFirstOrThrow();
  return Number(bytes);
}

async function tasksOfChannel(tx: DatabaseTransaction, channel: Channel): Promise<readonly string[]> {
  const rows = await livingTasks(tx, channel).select('body').orderBy('id').execute();
  return rows.map((row) => row.body);
}

function splitChannel(channel: Channel): readonly [kind: string, id: string] {
  const colon = channel.indexOf(':');
  return [channel.slice(0, colon), channel.slice(colon + 1)];
}
