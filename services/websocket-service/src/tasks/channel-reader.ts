import type { Channel } from '@/lib/protocol';
import { channelRow, headOf } from '@/log/channel-heads';
import { isRecoverable } from '@/log/check-position';
import type { ChannelReader } from '@/ports/channel-reader';
import type { EventLog } from '@/ports/event-log';
import type { Database, DatabaseTransaction } from '@/ports/schema';

/** Reads what a subscription needs: the position and the tasks at it come from one transaction ([LG6]). */
export function createChannelReader(db: Database, log: EventLog): ChannelReader {
  const { epoch } = log;
  return {
    open: (channel, position) =>
      db.transaction().execute(async (tx) => {
        const row = await channelRow(tx, channel);
        const head = headOf(epoch, row);
        if (position !== undefined && (await isRecoverable(tx, epoch, channel, row, position))) {
          return { recovered: true, position: head, replayed: head.seq - position.seq };
        }
        return { recovered: false, position: head, tasks: await tasksOfChannel(tx, channel) };
      }),
    read: log.read,
  };
}

async function tasksOfChannel(tx: DatabaseTransaction, channel: Channel): Promise<readonly string[]> {
  const [kind, id] = splitChannel(channel);
  const rows = await tx
    .selectFrom('tasks')
    .select('body')
    .where(kind === 'user' ? 'owner_id' : 'project_id', '=', id)
    .where('deleted', '=', 0)
    .orderBy('id')
    .execute();
  return rows.map((row) => row.body);
}

function splitChannel(channel: Channel): readonly [kind: string, id: string] {
  const colon = channel.indexOf(':');
  return [channel.slice(0, colon), channel.slice(colon + 1)];
}
