import { beforeEach, describe, expect, it } from 'vitest';
import type { Position } from '@/lib/protocol';
import type { User } from './support/api';
import { PATIENT_MS } from './support/patience';
import { startTestService, type TestService } from './support/test-service';
import { type Message, openNative, type TestSocket } from './support/test-socket';

describe('recovery', { timeout: PATIENT_MS }, () => {
  let service: TestService;
  let ada: User;

  beforeEach(async () => {
    service = await startTestService({
      limits: { maxEventsPerChannel: 4, maintenanceIntervalMs: 24 * 60 * 60 * 1000 },
    });
    ada = await service.signIn('Ada');
  });

  /** Where a reader stands that has heard everything. */
  async function headOf(): Promise<Position> {
    const { positions } = (await ada.call('GET', '/api/v1/tasks')).body;
    const position = positions[ada.channel];
    if (position === undefined) throw new Error('the list names no position');
    return position;
  }

  async function createMany(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) await ada.create();
  }

  function subscribedOf(socket: TestSocket): Message | undefined {
    return socket.messages.find((message) => message.type === 'subscribed');
  }

  it('[SV17, LG5] goes on from a position with exactly the missed events, as often as asked', async () => {
    await ada.create();
    const position = await headOf();
    await createMany(3);
    for (let round = 0; round < 2; round += 1) {
      const socket = await openNative(service.url, ada.token, position);
      await socket.until(() => socket.events().length === 3);
      expect(subscribedOf(socket)).toMatchObject({ recovered: true, replayed: 3, position: await headOf() });
      expect(socket.events().map((event) => event.seq)).toEqual([2, 3, 4]);
      expect(socket.messages.some((message) => message.type === 'snapshot')).toBe(false);
    }
  });

  it('[SV17, LG5] recovers nothing when nothing was missed, and from before the first event everything', async () => {
    await createMany(2);
    const atHead = await openNative(service.url, ada.token, await headOf());
    expect(subscribedOf(atHead)).toMatchObject({ recovered: true, replayed: 0 });
    const { epoch } = await headOf();
    const fromStart = await openNative(service.url, ada.token, { epoch, seq: 0 });
    await fromStart.until(() => fromStart.events().length === 2);
    expect(subscribedOf(fromStart)).toMatchObject({ recovered: true, replayed: 2 });
    await ada.create();
    await atHead.until(() => atHead.events().length === 1);
    expect(atHead.events()[0]).toMatchObject({ seq: 3 });
  });

  it.each([
    ['another epoch', (head: Position) => ({ ...head, epoch: 'another' })],
    ['ahead of the head', ({ epoch, seq }: Position) => ({ epoch, seq: seq + 1 })],
    ['far ahead of the head', ({ epoch }: Position) => ({ epoch, seq: Number.MAX_SAFE_INTEGER })],
    ['another event at the head', (head: Position) => ({ ...head, eventId: 'another' })],
    ['another event in the middle', ({ epoch }: Position) => ({ epoch, seq: 1, eventId: 'another' })],
    ['an event before the first', ({ epoch }: Position) => ({ epoch, seq: 0, eventId: 'another' })],
    ['the event of another seq', (head: Position) => ({ ...head, seq: 1 })],
  ])('[SV17, LG5] answers a position of %s with a snapshot', async (_what, change) => {
    await createMany(2);
    const socket = await openNative(service.url, ada.token, change(await headOf()));
    const snapshot = await socket.waitFor('snapshot');
    expect(subscribedOf(socket)).toMatchObject({ recovered: false, replayed: 0, position: await headOf() });
    expect(snapshot).toMatchObject({ page: 0, last: true, position: await headOf() });
    expect(snapshot.tasks).toHaveLength(2);
    expect(socket.events()).toEqual([]);
  });

  it('[SV17] holds living tasks alone in a snapshot, whole', async () => {
    const task = await ada.create({ title: 'milk', note: { deep: 1 } });
    const { id } = await ada.create();
    await ada.call('DELETE', `/api/v1/tasks/${id}`);
    const socket = await openNative(service.url, ada.token);
    expect((await socket.waitFor('snapshot')).tasks).toEqual([task]);
  });

  it('[SV19] has nobody else’s tasks in a snapshot', async () => {
    await ada.create();
    const eve = await service.signIn('Eve');
    const socket = await openNative(service.url, eve.token);
    expect((await socket.waitFor('snapshot')).tasks).toEqual([]);
  });

  it('[SV16] loses and repeats nothing for readers that come and go while changes pour in', async () => {
    const goal = 60;
    const { epoch } = await headOf();
    const early = await openNative(service.url, ada.token);
    const writing = createMany(goal);
    const readers: TestSocket[] = [];
    for (let round = 0; round < 12; round += 1) {
      const reader = await openNative(service.url, ada.token, round % 2 === 0 ? undefined : { epoch, seq: 0 });
      readers.push(reader);
    }
    await writing;
    await early.until(() => early.events().length === goal);
    for (const reader of readers) {
      const { position, recovered } = subscribedOf(reader) as unknown as { position: Position; recovered: boolean };
      const start = recovered ? 0 : position.seq;
      await reader.until(() => reader.events().at(-1)?.seq === goal || start === goal);
      const expected = Array.from({ length: goal - start }, (_, index) => start + 1 + index);
      expect(reader.events().map((event) => event.seq)).toEqual(expected);
    }
  });

  it('[SV18] shows many tasks in pages at one position, and newer events after the last', async () => {
    const text = 'x'.repeat(15_000);
    for (let index = 0; index < 40; index += 1) await ada.create({ title: `${index}`, text });
    const socket = await openNative(service.url, ada.token);
    const writing = createMany(3);
    await socket.waitFor((message) => message.type === 'snapshot' && message.last === true);
    await writing;
    const pages = socket.messages.filter((message) => message.type === 'snapshot');
    expect(pages.length).toBeGreaterThan(2);
    expect(pages.map((page) => page.page)).toEqual(pages.map((_, index) => index));
    const { position } = (await socket.waitFor('subscribed')) as unknown as { position: Position };
    for (const page of pages) expect(page.position).toEqual(position);
    for (const size of socket.sizes) expect(size).toBeLessThanOrEqual(256 * 1024);
    const { seq } = position;
    await socket.until(() => socket.events().at(-1)?.seq === 43);
    expect(pages.flatMap((page) => page.tasks as unknown[])).toHaveLength(seq);
    expect(socket.events().map((event) => event.seq)).toEqual(Array.from({ length: 43 - seq }, (_, i) => seq + 1 + i));
  });
});
