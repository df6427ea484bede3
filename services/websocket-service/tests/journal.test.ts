import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSqlite } from '@/adapters/sqlite/open-sqlite';
import { createEventLogMethods } from '@/log/event-log-methods';
import { createHeldEvents } from '@/log/held-events';
import { createJournal, type JournalTransaction } from '@/log/journal';
import type { Clock } from '@/ports/clock';
import type { NewEvent } from '@/ports/event-log';
import type { LogDatabase } from '@/ports/log-database';
import { type Logger, silentLogger } from '@/ports/logger';
import { createAnswerOnce } from '@/tasks/answer-once';
import { createChannelReader } from '@/tasks/channel-reader';
import { createChannelStore } from '@/tasks/channel-store';
import { createTaskReader } from '@/tasks/task-reader';
import { createTaskWriter } from '@/tasks/task-writer';
import { createManualClock } from './support/manual-clock';
import { createTempDir } from './support/temp-dir';

const actor = { id: 'ada' };
let count = 0;

function createStore(log: Logger = silentLogger, clock: Clock = createManualClock()) {
  return createStoreOn((store) => store, log, clock);
}

/** @param change Puts something else in a place of the database. */
function createStoreOn(
  change: (store: LogDatabase) => LogDatabase,
  log: Logger = silentLogger,
  clock: Clock = createManualClock(),
) {
  const store = change(openSqlite(createTempDir()));
  onTestFinished(store.close);
  const journal = createJournal(store, { clock, log, onWritten: () => {} });
  const held = createHeldEvents();
  const eventLog = createEventLogMethods(store, journal, held);
  const reader = createChannelReader({ ...createChannelStore(store, held), ...eventLog }, 1_000_000);
  return {
    ...store,
    journal,
    eventLog,
    reader,
    writer: createTaskWriter(createAnswerOnce(journal), store.epoch, { maxTaskBytes: 10_000, maxWatchersPerTask: 1 }),
  };
}

function event(): NewEvent {
  count += 1;
  return { channel: 'user:ada', eventId: `${count}`, type: 'task_update', body: '{}' };
}

const create = { command: { kind: 'create', fields: { title: 'milk' } }, actor } as const;

describe('the journal', () => {
  it('[LG11] leaves nothing of a write that fails, tells nobody, and the next one takes its place', async () => {
    const { journal, eventLog } = createStore();
    const heard: number[] = [];
    journal.onCommitted((events) => heard.push(...events.map(({ seq }) => seq)));
    await eventLog.append([event()]);
    const failing = journal.write(async (tx) => {
      tx.append([event(), event()]);
      throw new Error('no');
    });
    const next = eventLog.append([event()]);
    await expect(failing).rejects.toThrow('no');
    expect(await next).toMatchObject([{ event: { seq: 2 } }]);
    expect(heard).toEqual([1, 2]);
    expect((await eventLog.heads(['user:ada'])).get('user:ada')?.seq).toBe(2);
  });

  it('[LG16] makes writes that wait durable by one commit, and a failing one takes none of the others with it', async () => {
    const clock = createManualClock();
    let looks = 0;
    // Writes of one group are of one moment.
    const { journal, eventLog } = createStore(silentLogger, { ...clock, now: () => (looks += 1) });
    const heard: number[] = [];
    journal.onCommitted((events) => heard.push(...events.map(({ seq }) => seq)));
    const writes = Array.from({ length: 64 }, (_, index) =>
      journal.write(async (tx) => {
        tx.append([event()]);
        if (index % 3 === 1) throw new Error(`no ${index}`);
        return tx.now;
      }),
    );
    const outcomes = await Promise.allSettled(writes);
    const done = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const failed = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []));
    expect(new Set(done).size).toBe(1);
    expect(failed).toEqual(Array.from({ length: 21 }, (_, index) => `Error: no ${index * 3 + 1}`));
    expect(heard).toEqual(Array.from({ length: 43 }, (_, index) => index + 1));
    expect(await eventLog.read('user:ada', 0, 100)).toHaveLength(43);
  });

  it('[LG47] keeps a statement that a failed write did not wait for out of the writes that share its transaction', async () => {
    const { db, journal } = createStore();
    const late: Promise<unknown>[] = [];
    let letGo: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const put = (tx: JournalTransaction, key: string) => tx.db.insertInto('meta').values({ key, value: '' }).execute();
    const first = journal.write(async (tx) => {
      late.push(gate.then(() => put(tx, 'late')));
      await put(tx, 'undone');
      throw new Error('no');
    });
    const second = journal.write(async (tx) => {
      letGo();
      await Promise.allSettled(late);
      await put(tx, 'done');
    });
    expect((await Promise.allSettled([first, second])).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    await expect(late[0]).rejects.toThrow(/is over/);
    const keys = (await db.selectFrom('meta').select('key').execute()).map(({ key }) => key);
    expect(keys.filter((key) => key !== 'epoch')).toEqual(['done']);
  });

  it('[LG41] keeps events that a failed write appends too late out of the writes that share its transaction', async () => {
    const { journal, eventLog } = createStore();
    const late: Promise<unknown>[] = [];
    let letGo: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const first = journal.write(async (tx) => {
      tx.append([event()]);
      late.push(gate.then(() => tx.flush()));
      late.push(gate.then(() => tx.append([event()])));
      throw new Error('no');
    });
    const own = event();
    const second = journal.write(async (tx) => {
      letGo();
      await Promise.allSettled(late);
      tx.append([own]);
    });
    expect((await Promise.allSettled([first, second])).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    for (const one of late) await expect(one).rejects.toThrow(/is over/);
    expect(await eventLog.read('user:ada', 0, 10)).toMatchObject([{ seq: 1, eventId: own.eventId }]);
  });

  it('[LG42] takes as many events of one write as it appends', async () => {
    const { journal } = createStoreOn((store) => ({
      ...store,
      append: async (_tx, batch) =>
        batch.map((one, index) => ({ outcome: 'appended', event: { ...one, seq: index + 1 } })),
    }));
    const many = Array.from({ length: 300_000 }, event);
    let heard = 0;
    journal.onCommitted((events) => {
      heard += events.length;
    });
    await journal.write(async (tx) => tx.append(many));
    expect(heard).toBe(300_000);
  });

  it('[LG45] does not call a database writable that was full before anything was written', async () => {
    const { db, journal } = createStore();
    await sql`PRAGMA max_page_count = 1`.execute(db);
    expect(await journal.canWrite()).toBe(false);
    await sql`PRAGMA max_page_count = 1000000`.execute(db);
    expect(await journal.canWrite()).toBe(true);
  });

  it('[LG16, LG14] tries the writes of a group one by one where the disk has no room for all of them', async () => {
    const { db, eventLog } = createStore();
    await sql`PRAGMA wal_checkpoint(TRUNCATE)`.execute(db);
    await sql`PRAGMA max_page_count = 1`.execute(db);
    const large = { ...event(), body: JSON.stringify({ text: 'x'.repeat(100_000) }) };
    const outcomes = await Promise.allSettled([
      eventLog.append([large]),
      eventLog.append([large]),
      eventLog.append([event()]),
    ]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  });

  it('[LG14] says that the disk is full, why in the log, and goes on by itself when there is room again', async () => {
    const causes: unknown[] = [];
    const log: Logger = { ...silentLogger, error: (facts) => causes.push(facts) };
    const { db, journal, eventLog } = createStore(log);
    const large = (): NewEvent => ({ ...event(), body: JSON.stringify({ text: 'x'.repeat(100_000) }) });
    await eventLog.append([event()]);
    expect(await journal.canWrite()).toBe(true);
    await sql`PRAGMA max_page_count = 1`.execute(db);
    await expect(eventLog.append([large()])).rejects.toMatchObject({
      status: 503,
      headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
    });
    expect(causes).toMatchObject([{ err: { code: 'SQLITE_FULL', message: expect.stringMatching(/full/) } }]);
    expect(await journal.canWrite()).toBe(false);
    await sql`PRAGMA max_page_count = 1000000`.execute(db);
    expect(await journal.canWrite()).toBe(true);
    expect(await eventLog.append([large()])).toMatchObject([{ event: { seq: 2 } }]);
  });

  it('[LG40] counts an event in its own channel after there was no room to count another one', async () => {
    const { db, eventLog } = createStore();
    const elsewhere = { ...event(), channel: `user:${'x'.repeat(20_000)}` } as const;
    await sql`PRAGMA max_page_count = 1`.execute(db);
    await expect(eventLog.append([elsewhere])).rejects.toMatchObject({ status: 503 });
    await sql`PRAGMA max_page_count = 1000000`.execute(db);
    const own = event();
    expect(await eventLog.append([own])).toMatchObject([{ event: { seq: 1 } }]);
    const heads = await eventLog.heads([own.channel, elsewhere.channel]);
    expect([heads.get(own.channel), heads.get(elsewhere.channel)]).toMatchObject([
      { seq: 1, eventId: own.eventId },
      { seq: 0 },
    ]);
  });

  it('[LG2] does not undo a commit because somebody could not be told of it', async () => {
    const complaints: string[] = [];
    const log: Logger = { ...silentLogger, error: (_facts, message) => complaints.push(message) };
    const { journal, eventLog } = createStore(log);
    journal.onCommitted(() => {
      throw new Error('deaf');
    });
    expect(await eventLog.append([event()])).toMatchObject([{ outcome: 'appended' }]);
    expect(await eventLog.read('user:ada', 0, 10)).toHaveLength(1);
    expect(complaints).toEqual(['a committed batch could not be announced']);
  });
});

describe('a change', () => {
  it.each([['answers'], ['events'], ['channels'], ['tasks']] as const)(
    '[SV3, SV5] leaves nothing behind when the table %s can’t be written',
    async (broken) => {
      const { db, writer } = createStore();
      await db.schema.alterTable(broken).renameTo('gone').execute();
      const write = () => writer.write({ ...create, idempotency: { key: 'k', fingerprint: 'f' } });
      await expect(write()).rejects.toThrow(/no such table/);
      await db.schema.alterTable('gone').renameTo(broken).execute();
      for (const table of ['answers', 'events', 'channels', 'tasks'] as const) {
        expect(await db.selectFrom(table).selectAll().execute()).toEqual([]);
      }
      expect((await write()).status).toBe(201);
    },
  );

  it('[SV3, LG1] is a row, one event at its seq, and an answer, together', async () => {
    const { db, writer, epoch } = createStore();
    await writer.write({ ...create, idempotency: { key: 'k', fingerprint: 'f' } });
    const [task] = await db.selectFrom('tasks').selectAll().execute();
    const [row] = await db.selectFrom('events').selectAll().execute();
    const [channel] = await db.selectFrom('channels').selectAll().execute();
    const [answer] = await db.selectFrom('answers').selectAll().execute();
    expect(row).toMatchObject({ seq: 1, task_id: task?.id, version: 1, event_id: channel?.head_event_id });
    expect(channel).toMatchObject({ channel: 'user:ada', head: 1 });
    expect(answer).toMatchObject({
      user_id: 'ada',
      key: 'k',
      status: 201,
      body: `{"task":${task?.body},"epoch":"${epoch}"}`,
    });
  });
});

describe('the channel reader', () => {
  it('[LG15] keeps what it promised to replay from being trimmed, until it is released', async () => {
    const { eventLog, reader, epoch } = createStore();
    await eventLog.append([event(), event(), event()]);
    const opening = await reader.open('user:ada', { epoch, seq: 1 }, () => true);
    expect(opening).toMatchObject({ recovered: true, replayed: 2 });
    const retention = { maxEvents: 1, maxAgeMs: 1_000, maxBytes: 1_000_000 };
    expect(await eventLog.trim(retention)).toBe(1);
    expect(await reader.read('user:ada', 1, 10)).toHaveLength(2);
    opening?.release();
    expect(await eventLog.trim(retention)).toBe(1);
  });

  it('[LG6] reads tasks and position together, whatever is written meanwhile', async () => {
    const { db, reader, writer, epoch } = createStore();
    const lists = createTaskReader(db, epoch);
    const work: Promise<unknown>[] = [];
    const opened: Promise<readonly [tasks: number, seq: number]>[] = [];
    for (let index = 0; index < 50; index += 1) {
      work.push(writer.write(create));
      opened.push(
        reader
          .open('user:ada', undefined, () => true)
          .then((opening) => [opening?.recovered === false ? opening.tasks.length : -1, opening?.position.seq ?? -2]),
        lists.list({ userId: 'ada', limit: 500 }).then((text) => {
          const list = JSON.parse(text) as { tasks: unknown[]; positions: Record<string, { seq: number }> };
          return [list.tasks.length, list.positions['user:ada']?.seq ?? -1];
        }),
      );
    }
    for (const [tasks, seq] of await Promise.all(opened)) expect(tasks).toBe(seq);
    await Promise.all(work);
  });
});
