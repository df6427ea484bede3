import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Channel } from '@/lib/protocol';
import { createRecentEvents } from '@/log/recent-events';
import type { LoggedEvent } from '@/ports/event-log';

const EPOCH = 'epoch';
const ADA: Channel = 'user:ada';

function event(seq: number, more: Partial<LoggedEvent> = {}): LoggedEvent {
  return { channel: ADA, seq, eventId: `e${seq}`, type: 'task_update', taskId: 't', body: '{"n":1}', ...more };
}

function events(from: number, to: number): readonly LoggedEvent[] {
  return Array.from({ length: to - from + 1 }, (_, index) => event(from + index));
}

function seqsOf(found: readonly LoggedEvent[] | undefined): readonly number[] | undefined {
  return found?.map(({ seq }) => seq);
}

describe('the latest events in memory', () => {
  it('[LG25] let a reader go on whose event they know, and say what is missing', () => {
    const recent = createRecentEvents(EPOCH, 1_000_000);
    recent.add(events(11, 15));
    const start = recent.recover(ADA, { epoch: EPOCH, seq: 12, eventId: 'e12' });
    expect(start).toMatchObject({ position: { epoch: EPOCH, seq: 15, eventId: 'e15' }, replayed: 3 });
    expect(seqsOf(recent.read(ADA, 12, 2))).toEqual([13, 14]);
    expect(seqsOf(recent.read(ADA, 10, 100))).toEqual([11, 12, 13, 14, 15]);
    expect(recent.recover(ADA, { epoch: EPOCH, seq: 15 })).toMatchObject({ replayed: 0 });
  });

  it.each([
    ['of another epoch', { epoch: 'another', seq: 12 }],
    ['of another event', { epoch: EPOCH, seq: 12, eventId: 'another' }],
    ['ahead', { epoch: EPOCH, seq: 16 }],
    ['before the first one, whose event is not known', { epoch: EPOCH, seq: 10 }],
    ['far before', { epoch: EPOCH, seq: 1 }],
    ['of nothing', { epoch: EPOCH, seq: 0 }],
  ])('[LG25, LG5] leave a position %s to the log', (_what, position) => {
    const recent = createRecentEvents(EPOCH, 1_000_000);
    recent.add(events(11, 15));
    expect(recent.recover(ADA, position)).toBeUndefined();
    expect(recent.recover('user:eve', { epoch: EPOCH, seq: 12 })).toBeUndefined();
    expect(recent.read(ADA, 9, 10)).toBeUndefined();
    expect(recent.read('user:eve', 12, 10)).toBeUndefined();
    expect(recent.read(ADA, 15, 10)).toBeUndefined();
  });

  it('[LG25, SV63] tell nothing of a task that was taken away', () => {
    const recent = createRecentEvents(EPOCH, 1_000_000);
    recent.add([event(1), event(2, { taskId: 'other' }), event(3)]);
    recent.add([event(4, { type: 'access_removed', body: '{"target":{"taskId":"t"}}' })]);
    recent.add([event(5)]);
    const found = recent.read(ADA, 0, 10) ?? [];
    expect(found.map(({ type }) => type)).toEqual(['skip', 'task_update', 'skip', 'access_removed', 'task_update']);
    expect(found[0]).toEqual({ channel: ADA, seq: 1, eventId: 'e1', type: 'skip', body: '{}' });
  });

  it('[LG25, LG15] keep what a reader was promised, beyond count and room, until it is released', () => {
    const recent = createRecentEvents(EPOCH, 2_000);
    recent.add(events(1, 3));
    const start = recent.recover(ADA, { epoch: EPOCH, seq: 2 });
    for (let seq = 4; seq <= 600; seq += 1) recent.add([event(seq)]);
    expect(recent.read(ADA, 2, 1_000)).toHaveLength(598);
    start?.release();
    recent.add([event(601)]);
    expect(recent.read(ADA, 2, 1)).toBeUndefined();
  });

  it('[LG25] stay within their room, and forget the channel that was written to longest ago first', () => {
    const recent = createRecentEvents(EPOCH, 70);
    for (const name of ['a', 'b', 'c'])
      recent.add(events(1, 4).map((one) => ({ ...one, channel: `user:${name}` as const })));
    expect(recent.read('user:a', 1, 10)).toBeUndefined();
    expect(seqsOf(recent.read('user:c', 1, 10))).toEqual([2, 3, 4]);
  });

  it('[LG25] go on with a channel whose events all went for want of room', () => {
    const recent = createRecentEvents(EPOCH, 100);
    recent.add([event(1), event(2, { body: 'x'.repeat(101) })]);
    expect(recent.read(ADA, 1, 10)).toBeUndefined();
    recent.add([event(3)]);
    expect(seqsOf(recent.read(ADA, 2, 10))).toEqual([3]);
  });

  it('[LG25] read like the log itself, whatever is asked', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.nat(450),
        fc.integer({ min: 1, max: 50 }),
        (head, after, limit) => {
          const recent = createRecentEvents(EPOCH, 1_000_000);
          const log = events(1, head);
          recent.add(log);
          const found = recent.read(ADA, after, limit);
          if (found !== undefined) expect(found).toEqual(log.slice(after, after + limit));
          else expect(after >= head || after < head - 256).toBe(true);
        },
      ),
    );
  });
});
