import { describe, expect, it } from 'vitest';
import type { LoggedEvent } from '@/ports/event-log';
import { LatestEvents } from '@/session/latest-events';

function eventAt(seq: number, chars = 10): LoggedEvent {
  return { channel: 'user:ada', seq, eventId: `e${seq}`, type: 'task_update', body: 'x'.repeat(chars) };
}

const from = (first: number, last: number, chars?: number): readonly LoggedEvent[] =>
  Array.from({ length: last - first + 1 }, (_, index) => eventAt(first + index, chars));

const seqsAfter = (latest: LatestEvents, seq: number) => latest.after(seq)?.map((event) => event.seq);

describe('the latest events of a recovering reader', () => {
  it('[SV148] tells what came after a seq that it knows, and nothing of any other', () => {
    const latest = new LatestEvents();
    expect(latest.after(0)).toBeUndefined();
    latest.add(from(5, 6));
    latest.add(from(7, 7));
    expect(seqsAfter(latest, 4)).toEqual([5, 6, 7]);
    expect(seqsAfter(latest, 6)).toEqual([7]);
    expect(latest.after(3)).toBeUndefined();
    expect(latest.after(7)).toBeUndefined();
  });

  it('[SV148] begins anew after a gap, so that what it tells is whole', () => {
    const latest = new LatestEvents();
    latest.add(from(1, 3));
    latest.add(from(5, 6));
    expect(latest.after(2)).toBeUndefined();
    expect(seqsAfter(latest, 4)).toEqual([5, 6]);
  });

  it('[SV148] holds no more than its bounds for a reader that does not drain', () => {
    const many = new LatestEvents();
    for (let seq = 1; seq <= 2_000; seq += 1) many.add([eventAt(seq)]);
    expect(many.after(2_000 - 513)).toBeUndefined();
    expect(seqsAfter(many, 2_000 - 256)).toHaveLength(256);
    const large = new LatestEvents();
    for (let seq = 1; seq <= 200; seq += 1) large.add([eventAt(seq, 16 * 1024)]);
    expect(large.after(200 - 18)).toBeUndefined();
    expect(seqsAfter(large, 200 - 7)).toHaveLength(7);
  });
});
