import { type Channel, MAX_SERVER_FRAME_BYTES, type Position } from '@/lib/protocol';
import type { Opening } from '@/ports/channel-reader';
import type { SnapshotContent } from '@/ports/channel-store';
import type { Undo } from '@/ports/clock';
import { createDeferred } from '@/ports/deferred';
import { createByteBudget } from './byte-budget';

/** The snapshots in memory: one for all who send the same state, and never more than a budget's worth ([LM10]). */
export interface SharedSnapshots {
  /** The snapshot in memory that shows this very state, if one does. */
  find(channel: Channel, position: Position): Opening | undefined;
  /** The seqs of a channel's snapshots in memory. */
  seqsOf(channel: Channel): readonly number[];
  /**
   * Waits until a snapshot of `bytes` has room. One asker per channel waits; the others of the same channel share what
   * that one has read when it is no older than the position `since` where they know the channel to be ([LM17]), else they
   * get `undefined` and look again. A snapshot that fits into one frame waits for nothing.
   */
  makeRoom(channel: Channel, bytes: number, since: Position): Promise<Room | Opening | undefined>;
}

/** Room for one snapshot. */
export interface Room {
  /** Puts a snapshot there; it goes when the last one who opened it has released it. */
  keep(content: SnapshotContent): Opening;
  /** Ends the turn, and gives the room back when nothing was put there; to be called in any case. */
  leave: Undo;
}

interface Kept extends SnapshotContent {
  openings: number;
  readonly forget: Undo;
}

/** Makes an empty memory for snapshots of together `maxBytes`. */
export function createSharedSnapshots(maxBytes: number): SharedSnapshots {
  const take = createByteBudget(maxBytes);
  const kept = new Map<string, Kept>();
  const seqs = new Map<Channel, Set<number>>();
  const turns = new Map<Channel, Promise<Kept | undefined>>();

  const openingOf = (snapshot: Kept): Opening => {
    let isOpen = true;
    snapshot.openings += 1;
    const release = (): void => {
      if (!isOpen) return;
      isOpen = false;
      snapshot.openings -= 1;
      if (snapshot.openings === 0) snapshot.forget();
    };
    return { recovered: false, position: snapshot.position, tasks: snapshot.tasks, release };
  };

  return {
    find(channel, position) {
      const snapshot = kept.get(keyOf(channel, position));
      return snapshot && openingOf(snapshot);
    },
    seqsOf: (channel) => [...(seqs.get(channel) ?? [])],
    async makeRoom(channel, bytes, since) {
      const turn = turns.get(channel);
      if (turn !== undefined) {
        const read = await turn;
        return read !== undefined && read.openings > 0 && isAsNew(read.position, since) ? openingOf(read) : undefined;
      }
      const { promise, resolve: endTurn } = createDeferred<Kept | undefined>();
      turns.set(channel, promise);
      const giveBack = bytes <= MAX_SERVER_FRAME_BYTES ? () => {} : await take(bytes);
      let read: Kept | undefined;
      return {
        keep(content) {
          const key = keyOf(channel, content.position);
          const { seq } = content.position;
          const ofChannel = seqs.get(channel) ?? new Set();
          seqs.set(channel, ofChannel.add(seq));
          const forget = (): void => {
            kept.delete(key);
            ofChannel.delete(seq);
            if (ofChannel.size === 0 && seqs.get(channel) === ofChannel) seqs.delete(channel);
            giveBack();
          };
          read = { ...content, openings: 0, forget };
          kept.set(key, read);
          return openingOf(read);
        },
        leave() {
          turns.delete(channel);
          endTurn(read);
          if (read === undefined) giveBack();
        },
      };
    },
  };
}

function isAsNew(position: Position, since: Position): boolean {
  return position.epoch === since.epoch && position.seq >= since.seq;
}

function keyOf(channel: Channel, { seq }: Position): string {
  return `${seq} ${channel}`;
}
