import { describe, expect, it } from 'vitest';
import { createHub } from '@/hub/hub';
import { nativeFrames } from '@/messages/event-frames';
import { openingFrames } from '@/messages/opening-frames';
import { syncServiceFrames } from '@/messages/plain-frames';
import type { ChannelReader, Opening } from '@/ports/channel-reader';
import type { LoggedEvent } from '@/ports/event-log';
import { withoutWithdrawn } from '@/ports/withdrawn-events';
import { createRecoveryQueue } from '@/session/recovery-queue';
import { Subscription } from '@/session/subscription';
import { createFakePeer } from './support/fake-peer';
import { loggedEvent, storedTask } from './support/session-bench';

const CHANNEL = 'user:ada';
const EPOCH = 'e';

function change(seq: number, taskId: string, title = ''): LoggedEvent {
  const task = storedTask(taskId, 'ada', { title, version: seq });
  return loggedEvent(task, seq, { event: 'task.updated', eventId: `e${seq}` });
}

function removal(seq: number, taskId: string): LoggedEvent {
  const body = JSON.stringify({ target: { taskId } });
  return { channel: CHANNEL, seq, eventId: `e${seq}`, type: 'access_removed', taskId, body };
}

const typesOf = (events: readonly LoggedEvent[]) => events.map((event) => `${event.seq} ${event.type}`);

describe('events that were read before a task was withdrawn', () => {
  it('[SV63] are skips before the withdrawal, in the same places, and untouched after it', () => {
    const events = [change(1, 'a'), change(2, 'b'), removal(3, 'a'), change(4, 'a')];
    expect(typesOf(withoutWithdrawn(events))).toEqual(['1 skip', '2 task_update', '3 access_removed', '4 task_update']);
    expect(withoutWithdrawn([change(1, 'a')])[0]).toEqual(change(1, 'a'));
  });

  it('[SV63] leave the hub as skips', () => {
    const heard: LoggedEvent[] = [];
    const hub = createHub({ defer: (run) => run() });
    hub.subscribe(CHANNEL, { receive: (batch) => heard.push(...batch.events) });
    hub.announce([change(1, 'a', 'secret'), removal(2, 'a')]);
    expect(typesOf(heard)).toEqual(['1 skip', '2 access_removed']);
    expect(nativeFrames(heard).join()).not.toContain('secret');
  });

  it.each([
    ['native', nativeFrames],
    ['seed 000', syncServiceFrames],
  ] as const)('[SV63] do not wait in memory as a frame of a slow reader (%s)', async (_name, encode) => {
    // Three bytes each.
    const text = '語'.repeat(10_000);
    const events = Array.from({ length: 12 }, (_, index) =>
      change(index + 1, index === 0 ? 'b' : 'a', index === 0 ? text : `${text} secret ${index}`),
    );
    const hub = createHub({ defer: (run) => run() });
    const peer = createFakePeer();
    peer.holdsBack = true;
    const subscription = new Subscription(
      CHANNEL,
      { epoch: EPOCH, seq: 0 },
      {
        epoch: EPOCH,
        reader: {
          open: async () => ({ recovered: true, position: { epoch: EPOCH, seq: 12 }, replayed: 12, release: () => {} }),
          read: async (_channel, after) => events.slice(after),
        },
        outbound: peer,
        encode,
        encodeOpening: () => [],
        onBehind: () => {},
      },
    );
    hub.subscribe(CHANNEL, subscription);
    const recovering = subscription.recover();
    await new Promise((resolve) => setImmediate(resolve));
    const before = peer.frames.length;
    expect(before).toBe(1);
    hub.announce([removal(13, 'a')]);
    events.push(removal(13, 'a'));
    for (let turn = 0; turn < 40; turn += 1) {
      peer.drainOne();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await recovering;
    expect(subscription.sentSeq).toBe(13);
    expect(peer.frames.slice(before).join()).not.toContain('secret');
  });

  it('[SV63] do not leave a replay that was read already, once the withdrawal is announced', async () => {
    const long = 'x'.repeat(100_000);
    const events = [change(1, 'b', long), change(2, 'a', `${long} secret`), change(3, 'b')];
    const hub = createHub({ defer: (run) => run() });
    const peer = createFakePeer();
    peer.holdsBack = true;
    const reader: ChannelReader = {
      open: async () => ({ recovered: true, position: { epoch: EPOCH, seq: 3 }, replayed: 3, release: () => {} }),
      read: async (_channel, after) => events.slice(after),
    };
    const queue = createRecoveryQueue((error) => {
      throw error;
    });
    const subscription = new Subscription(
      CHANNEL,
      { epoch: EPOCH, seq: 0 },
      {
        epoch: EPOCH,
        reader,
        outbound: peer,
        encode: nativeFrames,
        encodeOpening: openingFrames,
        onBehind: queue.add,
      },
    );
    hub.subscribe(CHANNEL, subscription);
    queue.add(subscription);
    const settle = () => new Promise((resolve) => setImmediate(resolve));
    await settle();
    peer.drainOne();
    await settle();
    expect(peer.frames).toHaveLength(2);
    events.push(removal(4, 'a'));
    hub.announce([removal(4, 'a')]);
    for (let count = 0; count < 6; count += 1) {
      peer.drainOne();
      await settle();
    }
    expect(peer.frames.join()).not.toContain('secret');
    expect(peer.frames.slice(2).join()).toContain('{"type":"skip","channel":"user:ada","seq":2}');
    expect(subscription.head).toEqual({ epoch: EPOCH, seq: 4, eventId: 'e4' });
  });

  it('[SV63] are left out of a snapshot’s later pages, but not when the task came back before it', () => {
    const position = { epoch: EPOCH, seq: 5 };
    const tasks = ['{"id":"a","title":"secret"}', '{"id":7}'];
    const opening: Opening = { recovered: false, position, tasks, release: () => {} };
    const pageOf = (withdrawn: ReadonlyMap<string, number>) =>
      JSON.parse([...openingFrames(CHANNEL, opening, withdrawn)][1] ?? '').tasks;
    expect(pageOf(new Map([['a', 6]]))).toEqual([{ id: 7 }]);
    expect(pageOf(new Map([['7', 6]]))).toEqual([{ id: 'a', title: 'secret' }]);
    expect(pageOf(new Map([['a', 5]]))).toHaveLength(2);
  });
});
