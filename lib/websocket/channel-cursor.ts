import type { ChannelUpdate, Undo } from '@/lib/protocol/connection-source';
import type { ChannelRequest } from '@/lib/protocol/native/client-message';
import type { SequencedMessage, SnapshotPage, Subscribed } from '@/lib/protocol/native/server-message';
import type { Position } from '@/lib/protocol/position';
import type { Task } from '@/lib/protocol/task';

/** How long a gap, or a head that was not reached, is waited for before the channel is asked for anew, milliseconds. */
export const GAP_MS = 2_000;

/** How long an answer to `subscribe`, or the next page of a snapshot, is waited for, milliseconds. */
export const STALL_MS = 30_000;

/** Events kept behind a gap; with more of them the channel is asked for anew at once. */
export const MAX_EARLY_EVENTS = 1_000;

/** What a cursor needs from the channels around it. */
export interface CursorHost<T extends Task> {
  publish(update: ChannelUpdate<T>): void;
  /** Asks the server for this channel anew; `isGap` where events are missing. */
  again(cursor: ChannelCursor<T>, isGap: boolean): void;
  /** A timer that ends with the socket. */
  after(ms: number, run: () => void): Undo;
  /** This cursor has all that was promised. */
  caughtUp(): void;
}

/**
 * Where the client stands in one channel ([RS1] to [RS5]). A position is adopted only after the data that leads to it was
 * handed over; what was seen already is ignored, and what is missing is asked for again.
 */
export interface ChannelCursor<T extends Task = Task> {
  readonly channel: string;
  /** The last place whose data was handed over; `undefined` before the first. */
  position: Position | undefined;
  /** How far the server knows that this reader has come. */
  acked: number;
  /** Has the socket of now not been asked for this channel? */
  isOff(): boolean;
  /** Is everything here that the server promised? */
  isCurrent(): boolean;
  /** Begins, or begins anew, on the socket of now; the caller sends the request. */
  ask(): ChannelRequest;
  /** Forgets what belonged to a socket; the position stays. */
  stop(): void;
  /** The server's answer. */
  subscribed(answer: Subscribed): void;
  /** A page of the whole set, which is handed over with the last one. A page out of turn is waited out as a stall. */
  snapshot(page: SnapshotPage<T>): void;
  /** Events in the order of arrival, from one frame. */
  take(items: readonly SequencedMessage<T>[]): void;
  /** Where the server says that the channel stands ([RS5]). */
  head(position: Position): void;
}

/** Makes the cursor of a channel that has no data yet. */
export function createCursor<T extends Task>(channel: string, host: CursorHost<T>): ChannelCursor<T> {
  /** What arrived behind a gap or before its snapshot, by number. */
  const early = new Map<number, SequencedMessage<T>>();
  let phase: 'off' | 'asked' | 'snapshot' | 'live' = 'off';
  let cancel: Undo | undefined;
  /** The greatest number that is known to exist. */
  let goal = 0;
  let stuckAt = -1;
  let pages: (readonly T[])[] = [];

  const seqNow = () => cursor.position?.seq ?? 0;

  const rest = () => {
    cancel?.();
    cancel = undefined;
  };

  const restart = () => {
    const isGap = phase === 'live';
    // Stuck at the same place twice: what is missing cannot be read, so only the whole set helps.
    if (isGap && stuckAt === seqNow()) cursor.position = undefined;
    stuckAt = seqNow();
    host.again(cursor, isGap);
  };

  const restartIn = (ms: number) => {
    rest();
    cancel = host.after(ms, restart);
  };

  /** Takes the whole set or the events on: what leads here was handed over. */
  const adopt = (position: Position) => {
    cursor.position = position;
    rest();
    for (const old of early.keys()) if (old <= position.seq) early.delete(old);
  };

  const settle = (wasCurrent: boolean) => {
    if (cursor.isCurrent()) {
      if (!wasCurrent) host.caughtUp();
    } else if (phase === 'live') cancel ??= host.after(GAP_MS, restart);
  };

  const cursor: ChannelCursor<T> = {
    channel,
    position: undefined,
    acked: 0,
    isOff: () => phase === 'off',
    isCurrent: () => phase === 'live' && seqNow() >= goal,
    ask() {
      const { position } = cursor;
      cursor.stop();
      phase = 'asked';
      restartIn(STALL_MS);
      // JSON leaves out what is undefined.
      return { channel, position } as ChannelRequest;
    },
    stop() {
      phase = 'off';
      rest();
      early.clear();
      pages = [];
    },
    subscribed(answer) {
      const { position, recovered, source } = answer;
      if (phase === 'off') return;
      goal = position.seq;
      phase = recovered || source ? 'live' : 'snapshot';
      restartIn(STALL_MS);
      host.publish(answer);
      if (!recovered) cursor.position = source && position;
      else cursor.position ??= { epoch: position.epoch, seq: 0 };
      if (phase === 'live') rest();
      settle(false);
    },
    snapshot({ position, tasks, page, last }) {
      if (phase !== 'snapshot' || page !== pages.length) return;
      pages.push(tasks);
      restartIn(STALL_MS);
      if (!last) return;
      phase = 'live';
      host.publish({ type: 'snapshot', channel, position, tasks: pages.flat() });
      adopt(position);
      settle(false);
      cursor.take([]);
    },
    take(items) {
      if (phase !== 'live' && phase !== 'snapshot') return;
      const wasCurrent = cursor.isCurrent();
      for (const item of items) {
        if (item.channel !== channel) continue;
        if (item.seq > seqNow()) early.set(item.seq, item);
        goal = Math.max(goal, item.seq);
      }
      if (phase === 'live' && cursor.position) {
        const events: Exclude<SequencedMessage<T>, { type: 'skip' }>[] = [];
        let { epoch, seq, eventId } = cursor.position;
        for (let next = early.get(seq + 1); next; next = early.get(seq + 1)) {
          seq++;
          eventId = next.type === 'task_update' ? next.eventId : undefined;
          if (next.type !== 'skip') events.push(next);
        }
        if (seq > seqNow()) {
          const position = { epoch, seq, eventId } as Position;
          host.publish({ type: 'events', channel, position, events });
          adopt(position);
        }
      }
      // Only now: what goes on from the position waits for nothing, however much of it comes at once.
      if (early.size > MAX_EARLY_EVENTS) restart();
      settle(wasCurrent);
    },
    head({ epoch, seq }) {
      if (phase !== 'live') return;
      if (epoch !== cursor.position?.epoch) restart();
      goal = Math.max(goal, seq);
      settle(true);
    },
  };
  return cursor;
}
