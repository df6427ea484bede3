import { createHub } from '@/hub/hub';
import type { Channel, Position } from '@/lib/protocol';
import { nativeFrames } from '@/messages/event-frames';
import { openingFrames } from '@/messages/opening-frames';
import type { ChannelReader } from '@/ports/channel-reader';
import type { LoggedEvent } from '@/ports/event-log';
import type { PeerSocket } from '@/ports/peer-socket';
import { createRecoveryQueue } from '@/session/recovery-queue';
import { Subscription } from '@/session/subscription';
import { createFakePeer, type FakePeer } from './fake-peer';

/** The one channel of the world. */
export const CHANNEL: Channel = 'user:ada';
/** Its only history. */
export const EPOCH = 'epoch';

/** The event that stands at a place. */
export function eventAt(seq: number): LoggedEvent {
  return { channel: CHANNEL, seq, eventId: `e${seq}`, type: 'task_update', taskId: 't', body: `{"eventId":"e${seq}"}` };
}

/** A log in memory whose readers wait until they are let through, and whose announcements come when the test says. */
export function createWorld() {
  const hub = createHub({ defer: (run) => run() });
  const peer = createFakePeer();
  const events: LoggedEvent[] = [];
  let floor = 0;
  let announced = 0;
  let held = 0;
  const gates: (() => void)[] = [];
  const gate = (): Promise<void> => new Promise((resolve) => gates.push(resolve));
  const headOf = (): Position => ({ epoch: EPOCH, seq: events.length });
  const reader: ChannelReader = {
    async open(_channel, position) {
      await gate();
      const seq = events.length;
      const opening =
        position !== undefined && position.seq >= floor && position.seq <= seq
          ? ({ recovered: true, position: headOf(), replayed: seq - position.seq } as const)
          : ({ recovered: false, position: headOf(), tasks: events.map((event) => `{"at":${event.seq}}`) } as const);
      await gate();
      held += 1;
      let isHeld = true;
      const release = (): void => {
        held -= isHeld ? 1 : 0;
        isHeld = false;
      };
      return { ...opening, release };
    },
    async read(_channel, after, limit) {
      await gate();
      const found = events.slice(Math.max(after, floor), Math.max(after, floor) + limit);
      await gate();
      return found;
    },
  };
  const faults: unknown[] = [];
  const queue = createRecoveryQueue((error) => faults.push(error));
  return {
    peer,
    faults,
    commit: (count: number) => {
      for (let index = 0; index < count; index += 1) events.push(eventAt(events.length + 1));
    },
    announce: () => {
      const fresh = events.slice(announced);
      announced = events.length;
      if (fresh.length > 0) hub.announce(fresh);
    },
    notice: (seq: number) => hub.notice(CHANNEL, seq),
    loseAnnouncement: () => {
      announced = events.length;
    },
    trim: () => {
      floor = events.length;
    },
    hub,
    subscribe: (position?: Position, outbound: PeerSocket = peer) => {
      const subscription = new Subscription(CHANNEL, position, {
        epoch: EPOCH,
        reader,
        outbound,
        encode: nativeFrames,
        encodeOpening: openingFrames,
        onBehind: queue.add,
      });
      const leave = hub.subscribe(CHANNEL, subscription);
      queue.add(subscription);
      return Object.assign(subscription, { leaveHub: leave });
    },
    /** Lets one waiting read of the log go on. */
    step: async () => {
      gates.shift()?.();
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    },
    settle: async () => {
      for (let turn = 0; turn < 200; turn += 1) {
        gates.shift()?.();
        peer.drainOne();
        await Promise.resolve();
      }
    },
    head: () => events.length,
    /** Openings that are not released. */
    held: () => held,
  };
}

/** What a peer was sent of the channel. */
export function seqsOf(peer: FakePeer): readonly number[] {
  return peer.messages.flatMap((message) => {
    const items = message.type === 'batch' ? (message.events as { seq: number }[]) : [message];
    return items.flatMap((item) => (typeof item.seq === 'number' ? [item.seq] : []));
  });
}
