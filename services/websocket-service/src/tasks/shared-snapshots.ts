import { type Channel, MAX_SERVER_FRAME_BYTES, type Position } from '@/lib/protocol';
import type { Opening } from '@/ports/channel-reader';
import type { SnapshotContent } from '@/ports/channel-store';
import type { Undo } from '@/ports/clock';
import { createByteBudget } from './byte-budget';

/** The snapshots in memory: one for all who send the same state, and never more than a budget's worth ([LM10]). */
export interface SharedSnapshots {
  /** The snapshot in memory that shows this very state, if one does. */
  find(channel: Channel, position: Position): Opening | undefined;
  /** The seqs of a channel's snapshots in memory. */
  seqsOf(channel: Channel): readonly number[];
  /**
   * Waits until a snapshot of `bytes` has room. One asker per channel waits; the others of the same channel get
   * `undefined` once that one has read, and look again. A snapshot that fits into one frame waits for nothing.
   */
  makeRoom(channel: Channel, bytes: number): Promise<Room | undefined>;
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
  const turns = new Map<Channel, Promise<void>>();

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
    async makeRoom(channel, bytes) {
      const turn = turns.get(channel);
      if (turn !== undefined) {
        await turn;
        return undefined;
      }
      let endTurn: Undo = () => {};
      turns.set(channel, new Promise((resolve) => (endTurn = resolve)));
      const giveBack = bytes <= MAX_SERVER_FRAME_BYTES ? () => {} : await take(bytes);
      let isKept = false;
      return {
        keep(content) {
          isKept = true;
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
          const snapshot: Kept = { ...content, openings: 0, forget };
          kept.set(key, snapshot);
          return openingOf(snapshot);
        },
        leave() {
          turns.delete(channel);
          endTurn();
          if (!isKept) giveBack();
        },
      };
    },
  };
}

function keyOf(channel: Channel, { seq }: Position): string {
  return `${seq} ${channel}`;
}
