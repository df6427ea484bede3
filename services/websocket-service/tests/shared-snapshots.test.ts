import { randomUUID } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSqlite } from '@/adapters/sqlite/open-sqlite';
import { createEventLogMethods } from '@/log/event-log-methods';
import { createHeldEvents } from '@/log/held-events';
import { createJournal } from '@/log/journal';
import type { Opening } from '@/ports/channel-reader';
import { silentLogger } from '@/ports/logger';
import { createAnswerOnce } from '@/tasks/answer-once';
import { createByteBudget } from '@/tasks/byte-budget';
import { createChannelReader } from '@/tasks/channel-reader';
import { createChannelStore } from '@/tasks/channel-store';
import { createSharedSnapshots } from '@/tasks/shared-snapshots';
import { createTaskWriter } from '@/tasks/task-writer';
import { createManualClock } from './support/manual-clock';
import { createTempDir } from './support/temp-dir';

const LARGE = 'x'.repeat(14_000);

function createStore(maxSnapshotBytes: number) {
  const store = openSqlite(createTempDir());
  onTestFinished(store.close);
  const journal = createJournal(store, { clock: createManualClock(), log: silentLogger, onWritten: () => {} });
  const held = createHeldEvents();
  const log = createEventLogMethods(store, journal, held);
  const asked = { look: 0, snapshot: 0 };
  const channels = createChannelStore(store, held);
  const counted: typeof channels = {
    look(wanted) {
      asked.look += 1;
      return channels.look(wanted);
    },
    snapshot(channel) {
      asked.snapshot += 1;
      return channels.snapshot(channel);
    },
  };
  const reader = createChannelReader({ ...log, ...counted }, maxSnapshotBytes);
  const writer = createTaskWriter(createAnswerOnce(journal), store.epoch, {
    maxTaskBytes: 20_000,
    maxWatchersPerTask: 1,
  });
  const create = (user: string, text = LARGE) =>
    writer.write({
      command: { kind: 'create', taskId: randomUUID(), fields: { title: 't', text } },
      actor: { id: user },
    });
  return {
    create,
    asked,
    fill: async (user: string) => {
      for (let index = 0; index < 30; index += 1) await create(user);
    },
    open: (user: string, isWanted = () => true) => reader.open(`user:${user}`, undefined, isWanted),
    /** Resolves when everything that can go on has gone on. */
    settle: async () => {
      for (let turn = 0; turn < 50; turn += 1) await journal.write(async (tx) => tx.now);
    },
  };
}

function tasksOf(opening: Opening | undefined): readonly string[] {
  if (opening === undefined || opening.recovered) throw new Error('a snapshot was expected');
  return opening.tasks;
}

describe('snapshots in memory', () => {
  it('[LM10] are shared by all who send the same state', async () => {
    const { fill, open, create } = createStore(1);
    await fill('ada');
    const openings = await Promise.all([open('ada'), open('ada'), open('ada')]);
    expect(new Set(openings.map(tasksOf)).size).toBe(1);
    for (const opening of openings) opening?.release();
    await create('ada');
    const later = await open('ada');
    expect(tasksOf(later)).toHaveLength(31);
    expect(later?.position.seq).toBe(31);
  });

  it('[LM10, SV18] wait for room beyond the budget, and then show the state of their own position', async () => {
    const { fill, open, create, settle } = createStore(500_000);
    await fill('ada');
    await fill('eve');
    const first = await open('ada');
    let second: Opening | undefined;
    const waiting = open('eve').then((opening) => {
      second = opening;
    });
    await create('eve');
    await settle();
    expect(second).toBeUndefined();
    first?.release();
    first?.release();
    await waiting;
    expect([second?.position.seq, tasksOf(second).length]).toEqual([31, 31]);
  });

  it('[LM10] wait for nothing when they fit into one frame', async () => {
    const { fill, open, create } = createStore(1);
    await fill('ada');
    await create('eve');
    await open('ada');
    expect(tasksOf(await open('eve'))).toHaveLength(1);
  });

  it('[LM17] are read once for all who ask at the same time, however soon these let go', async () => {
    const { fill, open, asked } = createStore(1);
    await fill('ada');
    const openAndLetGo = async (): Promise<number> => {
      const opening = await open('ada');
      opening?.release();
      return tasksOf(opening).length;
    };
    const counts = await Promise.all(Array.from({ length: 50 }, openAndLetGo));
    expect(new Set(counts)).toEqual(new Set([30]));
    expect(asked).toEqual({ look: 50, snapshot: 1 });
  });

  it('[LM17] that are older than what somebody knows of the channel are not shared', async () => {
    const snapshots = createSharedSnapshots(1);
    const at = (seq: number) => ({ epoch: 'e', seq });
    const room = await snapshots.makeRoom('user:ada', 0, at(1));
    if (room === undefined || 'release' in room) throw new Error('the first one reads');
    const [asNew, newer, other] = [at(1), at(2), { epoch: 'f', seq: 1 }].map((since) =>
      snapshots.makeRoom('user:ada', 0, since),
    );
    const opening = room.keep({ position: at(1), tasks: [] });
    room.leave();
    expect(await Promise.all([asNew, newer, other])).toEqual([
      { ...opening, release: expect.any(Function) },
      undefined,
      undefined,
    ]);
  });

  it('[LM10] are not read for a reader that went away while it waited, and the next one gets the room', async () => {
    const { fill, open, settle } = createStore(1);
    for (const user of ['ada', 'bob', 'eve']) await fill(user);
    const first = await open('ada');
    let isThere = true;
    const gone = open('bob', () => isThere);
    await settle();
    const next = open('eve');
    isThere = false;
    first?.release();
    expect(await gone).toBeUndefined();
    expect(tasksOf(await next)).toHaveLength(30);
  });
});

describe('a budget of bytes', () => {
  it('[LM10] is given in the order of asking, whole to who asks for too much, and back once', async () => {
    const take = createByteBudget(10);
    const started: string[] = [];
    const ask = (name: string, bytes: number) =>
      take(bytes).then((giveBack) => {
        started.push(name);
        return giveBack;
      });
    const [first, second, third] = [ask('a', 6), ask('b', 11), ask('c', 1)];
    const giveBack = await first;
    await Promise.resolve();
    expect(started).toEqual(['a']);
    giveBack();
    giveBack();
    (await second)();
    await third;
    expect(started).toEqual(['a', 'b', 'c']);
  });
});
