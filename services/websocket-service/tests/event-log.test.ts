import { describe, expect, it } from 'vitest';
import type { Channel } from '@/lib/protocol';
import type { LoggedEvent, NewEvent } from '@/ports/event-log';
import { EVENT_LOGS } from './support/event-logs';

const ADA: Channel = 'user:ada';
const EVE: Channel = 'user:eve';
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

let count = 0;

function eventOf(channel: Channel, more: Partial<NewEvent> = {}): NewEvent {
  count += 1;
  return { channel, eventId: `event ${count}`, type: 'task_update', body: '{"event":"task.updated"}', ...more };
}

function seqsOf(events: readonly LoggedEvent[]): readonly number[] {
  return events.map((event) => event.seq);
}

/** What every `EventLog` keeps, whatever it is made of. */
describe.each(EVENT_LOGS)('the event log in $name', ({ open }) => {
  it('[LG1] counts 1, 2, 3, … in each channel by itself', async () => {
    const { log } = await open();
    const results = await log.append([eventOf(ADA), eventOf(EVE), eventOf(ADA), eventOf(ADA)]);
    expect(results.map((result) => result.outcome === 'appended' && result.event.seq)).toEqual([1, 1, 2, 3]);
    expect(seqsOf(await log.read(ADA, 0, 10))).toEqual([1, 2, 3]);
  });

  it('[LG1] leaves no gap and repeats no seq when many append at once', async () => {
    const { log } = await open();
    const appends = Array.from({ length: 200 }, (_, index) => log.append([eventOf(index % 2 === 0 ? ADA : EVE)]));
    await Promise.all(appends);
    const expected = Array.from({ length: 100 }, (_, index) => index + 1);
    expect(seqsOf(await log.read(ADA, 0, 1000))).toEqual(expected);
    expect(seqsOf(await log.read(EVE, 0, 1000))).toEqual(expected);
  });

  it('[LG2] announces each committed batch once, in commit order, when it can be read', async () => {
    const { log } = await open();
    const heard: (readonly number[])[] = [];
    const reads: Promise<readonly LoggedEvent[]>[] = [];
    log.onCommitted((events) => {
      heard.push(seqsOf(events));
      reads.push(log.read(ADA, (events[0]?.seq ?? 0) - 1, events.length));
    });
    await Promise.all([log.append([eventOf(ADA), eventOf(ADA)]), log.append([eventOf(ADA)])]);
    expect(heard.flat()).toEqual([1, 2, 3]);
    expect((await Promise.all(reads)).map(seqsOf)).toEqual(heard);
  });

  it('[LG2] hints at the channels that moved, and stops when asked', async () => {
    const { log } = await open();
    const hints: (readonly Channel[])[] = [];
    const stop = log.onHint((channels) => hints.push(channels));
    await log.append([eventOf(ADA), eventOf(ADA), eventOf(EVE)]);
    stop();
    await log.append([eventOf(ADA)]);
    expect(hints).toEqual([[ADA, EVE]]);
  });

  it('[LG3] gives a repeated event id no second place, within a batch and later', async () => {
    const { log } = await open();
    const event = eventOf(ADA);
    const results = await log.append([event, event]);
    expect(results.map((result) => result.outcome)).toEqual(['appended', 'duplicate']);
    expect(await log.append([event])).toEqual([{ outcome: 'duplicate', seq: 1 }]);
    expect(await log.append([{ ...event, channel: EVE }])).toMatchObject([{ outcome: 'appended' }]);
    expect(seqsOf(await log.read(ADA, 0, 10))).toEqual([1]);
  });

  it('[LG4] gives a version that is not newer no place, and one without a version always', async () => {
    const { log } = await open();
    const of = (version: number, taskId = 't'): NewEvent => eventOf(ADA, { taskId, version });
    const outcomes = async (event: NewEvent) => (await log.append([event])).map((result) => result.outcome);
    expect(await outcomes(of(2))).toEqual(['appended']);
    expect(await outcomes(of(2))).toEqual(['stale']);
    expect(await outcomes(of(1))).toEqual(['stale']);
    expect(await outcomes(of(1, 'other'))).toEqual(['appended']);
    expect(await outcomes(eventOf(ADA, { taskId: 't' }))).toEqual(['appended']);
    expect(await outcomes(of(3))).toEqual(['appended']);
    expect(seqsOf(await log.read(ADA, 0, 10))).toEqual([1, 2, 3, 4]);
  });

  it('[LG7] reads what comes after a seq, in order, at most the limit', async () => {
    const { log } = await open();
    const events = Array.from({ length: 5 }, () => eventOf(ADA));
    await log.append(events);
    expect(seqsOf(await log.read(ADA, 1, 3))).toEqual([2, 3, 4]);
    expect(seqsOf(await log.read(ADA, 5, 3))).toEqual([]);
    expect(await log.read(ADA, 0, 1)).toEqual([{ ...events[0], seq: 1 }]);
  });

  it('[LG35] reads no more than fits into 512 KiB, but one event always, and goes on from there', async () => {
    const { log } = await open();
    const body = (kib: number): string => JSON.stringify('é'.repeat(kib * 512));
    await log.append([700, 200, 200, 200, 1].map((kib) => eventOf(ADA, { body: body(kib) })));
    expect(seqsOf(await log.read(ADA, 0, 10))).toEqual([1, 2, 3]);
    expect(seqsOf(await log.read(ADA, 1, 10))).toEqual([2, 3, 4, 5]);
    expect(seqsOf(await log.read(ADA, 3, 1))).toEqual([4]);
    expect(await log.trim({ maxEvents: 2, maxAgeMs: NO_LIMIT, maxBytes: NO_LIMIT })).toBe(3);
    expect(seqsOf(await log.read(ADA, 0, 10))).toEqual([4, 5]);
  });

  it('[LG7] stands at 0 where nobody wrote, else at the last event and its id', async () => {
    const { log } = await open();
    const last = eventOf(ADA);
    await log.append([eventOf(ADA), last]);
    const { epoch } = log;
    expect(await log.heads([ADA, EVE])).toEqual(
      new Map([
        [ADA, { epoch, seq: 2, eventId: last.eventId }],
        [EVE, { epoch, seq: 0 }],
      ]),
    );
    expect(await log.heads([])).toEqual(new Map());
  });

  it('[LG8] trims by count from the oldest on, and the head stays', async () => {
    const { log } = await open();
    await log.append([...Array.from({ length: 5 }, () => eventOf(ADA)), eventOf(EVE)]);
    expect(await log.trim({ maxEvents: 2, maxAgeMs: NO_LIMIT, maxBytes: NO_LIMIT })).toBe(3);
    expect(seqsOf(await log.read(ADA, 0, 10))).toEqual([4, 5]);
    expect(seqsOf(await log.read(EVE, 0, 10))).toEqual([1]);
    expect(await log.trim({ maxEvents: 2, maxAgeMs: NO_LIMIT, maxBytes: NO_LIMIT })).toBe(0);
    await log.append([eventOf(ADA)]);
    expect(seqsOf(await log.read(ADA, 5, 10))).toEqual([6]);
  });

  it('[LG15] trims nothing that is held, by count or age, and the rest when it is let go', async () => {
    const { log, clock } = await open();
    await log.append(Array.from({ length: 5 }, () => eventOf(ADA)));
    clock.advance(1_000);
    const [late, early] = [log.hold(ADA, 3), log.hold(ADA, 1)];
    expect(await log.trim({ maxEvents: 1, maxAgeMs: NO_LIMIT, maxBytes: NO_LIMIT })).toBe(1);
    expect(await log.trim({ maxEvents: 1, maxAgeMs: 1, maxBytes: NO_LIMIT })).toBe(0);
    expect(seqsOf(await log.read(ADA, 1, 10))).toEqual([2, 3, 4, 5]);
    early();
    early();
    expect(await log.trim({ maxEvents: 1, maxAgeMs: 1, maxBytes: NO_LIMIT })).toBe(2);
    late();
    expect(await log.trim({ maxEvents: 1, maxAgeMs: NO_LIMIT, maxBytes: NO_LIMIT })).toBe(1);
    expect(seqsOf(await log.read(ADA, 0, 10))).toEqual([5]);
  });

  it('[LG8] trims by age', async () => {
    const { log, clock } = await open();
    await log.append([eventOf(ADA), eventOf(ADA)]);
    clock.advance(1_000);
    await log.append([eventOf(ADA)]);
    clock.advance(500);
    expect(await log.trim({ maxEvents: 100, maxAgeMs: 1_000, maxBytes: NO_LIMIT })).toBe(2);
    expect(seqsOf(await log.read(ADA, 0, 10))).toEqual([3]);
    clock.advance(1_000);
    expect(await log.trim({ maxEvents: 100, maxAgeMs: 1_000, maxBytes: NO_LIMIT })).toBe(1);
    expect((await log.heads([ADA])).get(ADA)?.seq).toBe(3);
  });

  it('[LG8] trims by bytes, so that what stays is at most the limit', async () => {
    const { log } = await open();
    const body = (bytes: number): string => JSON.stringify('x'.repeat(bytes - 2));
    await log.append([100, 50, 30, 20].map((bytes) => eventOf(ADA, { body: body(bytes) })));
    await log.append([eventOf(EVE, { body: body(60) })]);
    const trim = (maxBytes: number) => log.trim({ maxEvents: NO_LIMIT, maxAgeMs: NO_LIMIT, maxBytes });
    expect(await trim(200)).toBe(0);
    expect(await trim(100)).toBe(1);
    expect(seqsOf(await log.read(ADA, 0, 10))).toEqual([2, 3, 4]);
    expect(await trim(99)).toBe(1);
    await log.append([eventOf(ADA, { body: body(10) })]);
    expect(await trim(60)).toBe(0);
    expect(await trim(59)).toBe(2);
    expect(seqsOf(await log.read(ADA, 0, 10))).toEqual([4, 5]);
    expect(await trim(5)).toBe(2);
    expect((await log.heads([ADA])).get(ADA)?.seq).toBe(5);
  });

  it('[LG9] keeps its epoch, its events and its counters over a restart', async () => {
    const { log, reopen } = await open();
    await log.append([eventOf(ADA), eventOf(ADA)]);
    const again = await reopen();
    expect(again.epoch).toBe(log.epoch);
    await again.append([eventOf(ADA)]);
    expect(seqsOf(await again.read(ADA, 0, 10))).toEqual([1, 2, 3]);
  });

  it('[LG9] has another epoch than another log', async () => {
    const [first, second] = [await open(), await open()];
    expect(first.log.epoch).not.toBe(second.log.epoch);
  });

  it('[LG10] keeps what the body holds, unchanged', async () => {
    const { log } = await open();
    const body = JSON.stringify({ event: 'task.created', text: 'ä 🦆   \u0000 \ud800 "\\', ['__proto__']: 1 });
    await log.append([eventOf(ADA, { body, taskId: 't', version: 1 })]);
    expect((await log.read(ADA, 0, 1))[0]).toMatchObject({ body, taskId: 't', version: 1, type: 'task_update' });
  });
});
