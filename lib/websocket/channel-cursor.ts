import type { ChannelUpdate, Undo } from '@/lib/protocol/connection-source';
import type { ChannelRequest } from '@/lib/protocol/native/client-message';
import type { SequencedMessage, SnapshotPage, Subscribed } from '@/lib/protocol/native/server-message';
import type { Position } from '@/lib/protocol/position';
import type { Task } from '@/lib/protocol/task';
import type { Link } from './link';

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
  /** Begins, or begins anew, on a socket; the caller sends the request. */
  ask(link: Link): ChannelRequest;
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
  const early = new Map<number, SequencedMessage<T>>();
  let phase: 'off' | 'asked' | 'snapshot' | 'live' = 'off';
  let link: Link | undefined;
  let cancel: Undo | undefined;
  let promised = 0;
  let gapAt = -1;
  let pages: (readonly T[])[] = [];

  const seqNow = () => cursor.position?.seq ?? 0;

  const rest = () => {
    cancel?.();
    cancel = undefined;
  };

  const restart = () => {
    const isGap = phase === 'live';
    // The same gap twice: what is missing cannot be read, so only the whole set helps.
    if (isGap && gapAt === seqNow()) cursor.position = undefined;
    gapAt = seqNow();
    host.again(cursor, isGap);
  };

  const restartIn = (ms: number) => {
    rest();
    cancel = link?.after(ms, restart);
  };

  /** Asks anew unless this event is here in time. A long replay that still flows is no gap. */
  const expect = (goal: number) => {
    const start = seqNow();
    if (cancel || start >= goal) return;
    cancel = link?.after(GAP_MS, () => {
      const seq = seqNow();
      cancel = undefined;
      if (seq < goal && (seq === start || seq >= promised || early.size > 0)) restart();
      else expect(early.size > 0 ? seq + 1 : promised);
    });
  };

  const tellIfCurrent = () => {
    if (cursor.isCurrent()) host.caughtUp();
  };

  const advance = ({ epoch, seq, eventId }: Position) => {
    const wasCurrent = cursor.isCurrent();
    const start = seq;
    const events: Exclude<SequencedMessage<T>, { type: 'skip' }>[] = [];
    for (let next = early.get(seq + 1); next; next = early.get(seq + 1)) {
      seq++;
      eventId = 'eventId' in next ? next.eventId : undefined;
      if (next.type !== 'skip') events.push(next);
    }
    for (const old of early.keys()) if (old <= seq) early.delete(old);
    if (seq === start) return;
    const position = eventId === undefined ? { epoch, seq } : { epoch, seq, eventId };
    host.publish({ type: 'events', channel, position, events });
    cursor.position = position;
    if (!wasCurrent) tellIfCurrent();
  };

  const cursor: ChannelCursor<T> = {
    channel,
    position: undefined,
    acked: 0,
    isOff: () => phase === 'off',
    isCurrent: () => phase === 'live' && seqNow() >= promised,
    ask(newLink) {
      const { position } = cursor;
      cursor.stop();
      phase = 'asked';
      link = newLink;
      restartIn(STALL_MS);
      return position ? { channel, position } : { channel };
    },
    stop() {
      phase = 'off';
      rest();
      early.clear();
      pages = [];
    },
    subscribed({ position, recovered, replayed, source }) {
      if (phase === 'off') return;
      promised = position.seq;
      phase = recovered || source ? 'live' : 'snapshot';
      restartIn(STALL_MS);
      host.publish({ type: 'subscribed', channel, position, recovered, replayed, ...(source && { source }) });
      if (!recovered) cursor.position = source && position;
      if (phase !== 'live') return;
      rest();
      expect(promised);
      tellIfCurrent();
    },
    snapshot({ position, tasks, page, last }) {
      if (phase !== 'snapshot' || page !== pages.length) return;
      pages.push(tasks);
      restartIn(STALL_MS);
      if (!last) return;
      phase = 'live';
      rest();
      host.publish({ type: 'snapshot', channel, position, tasks: pages.flat() });
      cursor.position = position;
      pages = [];
      gapAt = -1;
      tellIfCurrent();
      cursor.take([]);
    },
    take(items) {
      if (phase !== 'live' && phase !== 'snapshot') return;
      for (const item of items) early.set(item.seq, item);
      if (phase === 'live' && cursor.position) advance(cursor.position);
      if (early.size > MAX_EARLY_EVENTS) restart();
      else if (early.size > 0 && phase === 'live') expect(seqNow() + 1);
    },
    head({ epoch, seq }) {
      if (phase !== 'live') return;
      if (epoch === cursor.position?.epoch) expect(seq);
      else restart();
    },
  };
  return cursor;
}
