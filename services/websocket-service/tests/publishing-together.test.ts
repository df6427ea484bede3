import * as fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Channel } from '@/lib/protocol';
import { createJournal } from '@/log/journal';
import type { LogDatabase } from '@/ports/log-database';
import { silentLogger } from '@/ports/logger';
import type { DatabaseTransaction } from '@/ports/schema';
import { type PublishedEvent, readPublishedEvent } from '@/tasks/published-event';
import { createPublisher, type Publisher } from '@/tasks/publisher';
import { createManualClock } from './support/manual-clock';
import { createTaskStore, TASK_DATABASES } from './support/task-store';

const SEED = 11_5;
const RUNS = 25;
const TYPES = ['TASK_ADDED', 'TASK_CHANGED', 'TASK_REMOVED', 'TASK_RESTORED', 'TASK_SHARED'] as const;
const PEOPLE = ['bob', 'eve'] as const;

function read(value: object): PublishedEvent {
  const reading = readPublishedEvent(value);
  if (!reading.ok) throw new Error(reading.reason);
  return reading.event;
}

/** A few tasks and people, so that events meet each other in every way. */
const EVENT = fc.record({
  event_type: fc.constantFrom(...TYPES),
  hasId: fc.boolean(),
  task: fc.integer({ min: 1, max: 3 }),
  title: fc.constantFrom('milk', 'oats', undefined),
  version: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
  shared_with: fc.option(fc.subarray([...PEOPLE]), { nil: undefined, freq: 4 }),
  isOwned: fc.boolean(),
});
/** Events, and requests of them: one that comes twice is a repetition. */
const REQUESTS = fc.record({
  events: fc.array(EVENT, { minLength: 1, maxLength: 12 }),
  requests: fc.array(fc.array(fc.nat(11), { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 4 }),
});

type Drawn = typeof EVENT extends fc.Arbitrary<infer T> ? T : never;

/** Everybody and everything of one run has a name of its own. */
function eventOf(
  { task, title, shared_with, isOwned, hasId, ...rest }: Drawn,
  id: string,
  run: string,
): PublishedEvent {
  const sharing = rest.event_type === 'TASK_SHARED' ? (shared_with ?? []) : shared_with;
  return read({
    ...rest,
    ...(hasId && { id: `${id}${run}` }),
    task_id: `${task}${run}`,
    ...(isOwned && { user_id: `ada${run}` }),
    timestamp: '2026-01-01T00:00:00Z',
    data: { ...(title !== undefined && { title }), note: rest.version ?? null },
    ...(sharing !== undefined && { shared_with: sharing.map((name) => `${name}${run}`) }),
  });
}

/** Everything that a run left, without what is drawn anew each time. */
async function leftBy(run: string, { storage, db }: ReturnType<typeof createPublishingStore>): Promise<unknown> {
  const channels = ['ada', ...PEOPLE].map((name): Channel => `user:${name}${run}`);
  const events = await Promise.all(channels.map((channel) => storage.read(channel, 0, 1_000)));
  const ofRun = `%${run}`;
  const [tasks, history, published, quarantine, shares] = await Promise.all([
    db.selectFrom('tasks').select(['id', 'body', 'deleted']).where('id', 'like', ofRun).orderBy('id').execute(),
    db
      .selectFrom('history')
      .select(['task_id', 'entry', 'body'])
      .where('task_id', 'like', ofRun)
      .orderBy('task_id')
      .orderBy('entry')
      .execute(),
    db.selectFrom('published').select(['source', 'id']).where('id', 'like', ofRun).orderBy('id').execute(),
    db.selectFrom('quarantine').select(['source', 'id']).where('id', 'like', ofRun).orderBy('id').execute(),
    db
      .selectFrom('shares')
      .select(['user_id', 'task_id'])
      .where('task_id', 'like', ofRun)
      .orderBy('task_id')
      .orderBy('user_id')
      .execute(),
  ]);
  const told = events.flat().map(({ eventId, body, ...event }) => ({ ...event, ...JSON.parse(body), eventId: '' }));
  return { told, tasks, history, published, quarantine, shares };
}

describe.each(TASK_DATABASES)('what is published together into $name', ({ open }) => {
  it(`[SV115] comes to the same as one event after the other, seed ${SEED}`, async () => {
    const [together, alone] = [createPublishingStore(await open()), createPublishingStore(await open())];
    let runs = 0;
    const property = fc.asyncProperty(REQUESTS, async ({ events: drawn, requests }) => {
      runs += 1;
      const run = ` of ${runs}.`;
      const all = drawn.map((one, index) => eventOf(one, `${index}`, run));
      for (const request of requests) {
        const events = request.flatMap((index) => all[index] ?? []);
        const inTurn: string[] = [];
        for (const event of events) inTurn.push(...(await alone.publish([event])));
        // A task that comes later in the request is known to the whole of it.
        for (const [index, event] of events.entries()) {
          if (inTurn[index] === 'retry') [inTurn[index] = ''] = await alone.publish([event]);
        }
        expect(await together.publish(events)).toEqual(inTurn);
      }
      expect(await leftBy(run, together)).toEqual(await leftBy(run, alone));
    });
    await fc.assert(property, { seed: SEED, numRuns: RUNS });
  });

  it('[SV115] takes as many statements for sixteen new tasks as for one', async () => {
    const database = await open();
    onTestFinished(database.close);
    const counted = countingStatements(database);
    const publisher = publisherOf(counted.database);
    const publish = async (count: number): Promise<number> => {
      const events = Array.from({ length: count }, (_, index) =>
        read({
          event_type: 'TASK_ADDED',
          id: `${count} ${index}`,
          task_id: `${count} ${index}`,
          user_id: 'ada',
          data: { title: 't' },
        }),
      );
      const before = counted.count();
      const outcomes = await publisher.publish(events, 'once');
      expect(outcomes).toEqual(events.map(() => ({ outcome: 'accepted' })));
      return counted.count() - before;
    };
    expect(await publish(16)).toBe(await publish(1));
  });
});

/** However often an event is tried, it may take effect later. */
const LIMITS = { maxTaskBytes: 10_000, maxWatchersPerTask: 5, maxPublishAttempts: 1_000 };

function publisherOf(database: LogDatabase): Publisher {
  const journal = createJournal(database, { clock: createManualClock(), log: silentLogger, onWritten: () => {} });
  return createPublisher(journal, LIMITS);
}

function createPublishingStore(database: LogDatabase) {
  const publisher = publisherOf(database);
  return {
    ...createTaskStore(database),
    publish: async (events: readonly PublishedEvent[]): Promise<readonly string[]> =>
      (await publisher.publish(events, 'redelivery')).map(({ outcome }) => outcome),
  };
}

/** The database, and how many statements its transactions have run. */
function countingStatements(database: LogDatabase): { readonly database: LogDatabase; count(): number } {
  let count = 0;
  const counting = (tx: DatabaseTransaction): DatabaseTransaction =>
    new Proxy(tx, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        if (name === 'executeQuery') count += 1;
        return value.bind(target);
      },
    });
  return {
    database: { ...database, transaction: (work) => database.transaction((tx) => work(counting(tx))) },
    count: () => count,
  };
}
