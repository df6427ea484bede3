import { expect, it } from 'vitest';
import { newEventId } from '@/ports/event-id';
import { createTaskStore } from './support/task-store';

it('[LG39] an event’s id is a UUID that begins with its time, and no two are the same', async () => {
  const at = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
  const ids = Array.from({ length: 1_000 }, () => newEventId(at));
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(ids).size).toBe(ids.length);
  expect(Number.parseInt(ids[0]?.slice(0, 13).replace('-', '') ?? '', 16)).toBe(at);
  const later = newEventId(at + 1);
  for (const id of ids) expect(id < later).toBe(true);
  const { clock, storage, write } = createTaskStore();
  await write('ada', { kind: 'create', taskId: 't', fields: { title: 'milk' } });
  const [event] = await storage.read('user:ada', 0, 1);
  expect(event?.eventId.slice(0, 13)).toBe(newEventId(clock.now()).slice(0, 13));
});
