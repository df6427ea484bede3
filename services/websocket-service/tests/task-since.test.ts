import { describe, expect, it } from 'vitest';
import { readPublishedEvent } from '@/tasks/published-event';
import { createTaskStore, TASK_DATABASES } from './support/task-store';

const event = (taskId: string, more: object) => {
  const reading = readPublishedEvent({ event_type: 'TASK_CHANGED', user_id: 'ada', task_id: taskId, ...more });
  if (!reading.ok) throw new Error(reading.reason);
  return reading.event;
};

describe.each(TASK_DATABASES)('what is kept of a task in $name', ({ open }) => {
  const createStore = async () => {
    const store = createTaskStore(await open());
    return {
      ...store,
      publish: async (taskId: string, more: object) => store.storage.publish([event(taskId, more)], 'once'),
      entriesOf: async (taskId: string): Promise<readonly string[]> => {
        const { history } = JSON.parse(await store.storage.history({ userId: 'ada', taskId, limit: 10 }));
        return history.map((line: { readonly event: string }) => line.event);
      },
      sincesIn: async (table: 'history' | 'events') => {
        const rows = await store.db.selectFrom(table).select(['task_id', 'since']).execute();
        return new Map(rows.map((row) => [row.task_id, row.since]));
      },
      /** As an earlier version left it. */
      async putAtZero() {
        for (const table of ['tasks', 'history', 'events'] as const) {
          await store.db.updateTable(table).set({ since: 0 }).execute();
        }
      },
    };
  };

  it('[LG33] stands where the task came, whatever its id, and stays there', async () => {
    const { clock, publish, sincesIn } = await createStore();
    const start = clock.now();
    for (const taskId of ['c', 'b', 'a']) {
      await publish(taskId, { data: { title: 'milk' } });
      clock.advance(1_000);
    }
    await publish('c', { data: { note: 1 }, shared_with: ['bob'] });
    const places = new Map([
      ['c', start],
      ['b', start + 1_000],
      ['a', start + 2_000],
    ]);
    expect(await sincesIn('history')).toEqual(places);
    expect(await sincesIn('events')).toEqual(places);
  });

  it.each([false, true])(
    '[LG33] is found, goes on and is withdrawn, of an earlier version: %s',
    async (isOfEarlierVersion) => {
      const { storage, publish, entriesOf, sincesIn, putAtZero } = await createStore();
      await publish('t', { data: { title: 'milk' }, version: 3, shared_with: ['bob'] });
      if (isOfEarlierVersion) await putAtZero();
      await publish('t', { data: { note: 1 } });
      expect(
        (
          await storage.append([
            { channel: 'user:ada', eventId: 'late', type: 'task_update', taskId: 't', version: 4, body: '{}' },
          ])
        ).map(({ outcome }) => outcome),
      ).toEqual(['stale']);
      await publish('t', { event_type: 'TASK_SHARED', shared_with: [] });
      expect(await entriesOf('t')).toEqual(['task.unshared', 'task.updated', 'task.shared', 'task.updated']);
      const types = (await storage.read('user:bob', 0, 10)).map(({ type }) => type);
      expect(types).toEqual(['skip', 'skip', 'access_removed']);
      expect(new Set([...(await sincesIn('history')).values(), ...(await sincesIn('events')).values()]).size).toBe(1);
    },
  );

  it('[LG33] counts its lines from those of an earlier version on, and lets the oldest go', async () => {
    const { db, publish, entriesOf, putAtZero } = await createStore();
    await publish('t', { data: { title: 'milk' } });
    await publish('u', { data: { title: 'oats' } });
    await putAtZero();
    await db.updateTable('history').set({ entry: 1_000 }).where('task_id', '=', 't').execute();
    await publish('t', { data: { note: 1 } });
    const rows = await db
      .selectFrom('history')
      .select(['task_id', 'entry'])
      .orderBy('task_id')
      .orderBy('entry')
      .execute();
    expect(rows.map(({ task_id, entry }) => `${task_id} ${entry}`)).toEqual(['t 1000', 't 1001', 'u 1']);
    await publish('t', { data: { note: 2 } });
    expect(await entriesOf('t')).toHaveLength(3);
  });
});
