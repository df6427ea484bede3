import { randomUUID } from 'node:crypto';
import type { Channel } from '@/lib/protocol';
import type { RecentEvents } from '@/log/recent-events';
import type { ChannelReader, Opening } from '@/ports/channel-reader';
import type { ChannelStore } from '@/ports/channel-store';
import { createSharedSnapshots, type Room } from './shared-snapshots';

/**
 * Reads what a subscription needs: the position and the tasks at it come from one transaction ([LG6]). Snapshots are
 * whole in memory while they are sent, since all pages show one state: readers of the same state share one, and
 * `maxSnapshotBytes` bounds them together ([LM10]).
 *
 * @param tasksSource `backend`: there are no snapshots ([SV85]).
 * @param recent What needs no look into the database ([LG25]); absent where others write the log too.
 */
export function createChannelReader(
  store: ChannelStore,
  maxSnapshotBytes: number,
  tasksSource: 'service' | 'backend' = 'service',
  recent?: RecentEvents,
): ChannelReader {
  const snapshots = createSharedSnapshots(maxSnapshotBytes);

  /** One for all who ask in the same turn: they look together. */
  let turn: Promise<void> | undefined;
  const nextTurn = (): Promise<void> => {
    turn ??= new Promise((resolve) => {
      setImmediate(() => {
        turn = undefined;
        resolve();
      });
    });
    return turn;
  };

  const readInto = async (room: Room, channel: Channel): Promise<Opening> => {
    const content = await store.snapshot(channel);
    return snapshots.find(channel, content.position) ?? room.keep(content);
  };

  return {
    async open(channel, position, isWanted) {
      const start = position && recent?.recover(channel, position);
      if (start !== undefined) return { recovered: true, ...start };
      // Who is refused for what it said besides is gone by then ([SV117]).
      await nextTurn();
      while (isWanted()) {
        const hold = randomUUID();
        const keptSeqs = snapshots.seqsOf(channel);
        const look = await store.look({ channel, hold, keptSeqs, ...(position !== undefined && { position }) });
        if (look.recovered) return { ...look, release: look.replayed === 0 ? () => {} : () => void store.letGo(hold) };
        if (tasksSource === 'backend') {
          return { recovered: false, position: look.position, tasks: [], source: 'backend', release: () => {} };
        }
        const known = snapshots.find(channel, look.position);
        if (known !== undefined) return known;
        // It went while its seq was on the way, and its size is not known: look again.
        if (keptSeqs.includes(look.position.seq)) continue;
        const room = await snapshots.makeRoom(channel, look.bytes, look.position);
        if (room !== undefined && 'release' in room) return room;
        try {
          if (room !== undefined && isWanted()) return await readInto(room, channel);
        } finally {
          room?.leave();
        }
      }
      return undefined;
    },
    read: async (channel, after, limit) => recent?.read(channel, after, limit) ?? store.read(channel, after, limit),
  };
}
