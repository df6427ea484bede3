import { describe, expect, it, onTestFinished } from 'vitest';
import { openPostgres } from '@/adapters/postgres/open-postgres';
import type { Channel } from '@/lib/protocol';
import { createJournal } from '@/log/journal';
import { createDeferred } from '@/ports/deferred';
import type { NewEvent } from '@/ports/event-log';
import { silentLogger } from '@/ports/logger';
import { readPublishedEvent } from '@/tasks/published-event';
import { createManualClock } from './support/manual-clock';
import { createDatabase } from './support/postgres';
import { createTaskStore, TASK_DATABASES } from './support/task-store';

const eventFor = (channel: Channel, eventId: string): NewEvent => ({
  channel,
  eventId,
  type: 'task_update',
  body: '{}',
});

describe('writes that append to the same channels', () => {
  it('[LG28] in different orders at once do not lock each other out', async () => {
    const database = await openPostgres(await createDatabase(), createManualClock(), silentLogger);
    onTestFinished(database.close);
    const journal = createJournal(database, { clock: createManualClock(), log: silentLogger, onWritten: () => {} });
    const both = createDeferred<void>();
    let runs = 0;
    const write = (name: string, ...channels: readonly Channel[]) =>
      journal.write(async (tx) => {
        runs += 1;
        for (const channel of channels) {
          tx.append([eventFor(channel, name)]);
          // From here on each of the two has begun.
          if (runs >= 2) both.resolve();
          await both.promise;
        }
      });
    await Promise.all([write('a', 'user:ada', 'user:bob'), write('b', 'user:bob', 'user:ada')]);
    // The loser of a deadlock would have run twice.
    expect(runs).toBe(2);
  });
});

describe.each(TASK_DATABASES)('what one write appends on $name', ({ open }) => {
  it('[LG28] reaches the log in the order in which it was appended, also around a withdrawal', async () => {
    const { storage, write } = createTaskStore(await open());
    await write('ada', { kind: 'create', taskId: 't', fields: { title: 'milk' } });
    await write('ada', { kind: 'share', taskId: 't', userId: 'bob' });
    const event = (more: object) => ({ event_type: 'TASK_CHANGED', user_id: 'ada', task_id: 't', ...more });
    const readings = [event({ data: { note: 1 } }), event({ data: { note: 2 }, shared_with: [] })].map((given) =>
      readPublishedEvent(given),
    );
    await storage.publish(
      readings.flatMap((reading) => (reading.ok ? [reading.event] : [])),
      'once',
    );
    const typesOf = async (channel: Channel) => (await storage.read(channel, 0, 10)).map(({ type }) => type);
    expect(await typesOf('user:ada')).toEqual(['task_update', 'task_update', 'task_update']);
    // The change before the withdrawal stands in its transaction, and is told to nobody.
    expect(await typesOf('user:bob')).toEqual(['skip', 'skip', 'access_removed']);
  });
});
