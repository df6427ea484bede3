import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Channel, Position } from '@/lib/protocol';
import type { LogDatabase } from '@/ports/log-database';
import { createFakePeer, type FakePeer } from './support/fake-peer';
import { createTaskStore, TASK_DATABASES } from './support/task-store';

type Store = ReturnType<typeof createTaskStore>;
type Facts = Readonly<Record<string, unknown>>;

const WATCHERS = ['bob', 'eve'] as const;
const TASKS = ['t0', 't1', 't2'] as const;
const LONG = 'x'.repeat(15_000);

const watcher = fc.constantFrom(...WATCHERS);
const task = fc.constantFrom(...TASKS);

/** One step of a history. `connect` goes on from where the watcher stands, or starts with a snapshot. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('share', 'share', 'unshare'), watcher, task }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('edit'), task }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('delete', 'restore', 'into', 'out'), task }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('connect'), watcher, isReturn: fc.constantFrom(true, true, false) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('disconnect'), watcher }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('drain'), watcher, count: fc.integer({ min: 1, max: 6 }) }) },
);

/** A watcher's replica, as a client keeps it: strict about sequence, and blind to what was not sent. */
function createReplica(channel: Channel) {
  const seen: string[] = [];
  let tasks = new Map<string, unknown>();
  let position: Position | undefined;
  let pages: Facts[] = [];

  const takeEvent = (event: Facts): void => {
    expect(event.channel).toBe(channel);
    expect(event.seq).toBe((position?.seq ?? 0) + 1);
    position = { epoch: position?.epoch ?? '', seq: Number(event.seq) };
    if (event.type === 'access_removed') tasks.delete((event.target as { taskId: string }).taskId);
    if (event.type !== 'task_update') return;
    seen.push(String(event.taskId));
    if (event.event === 'task.deleted') tasks.delete(String(event.taskId));
    else tasks.set(String(event.taskId), event.task);
  };

  return {
    get position() {
      return position;
    },
    get tasks() {
      return tasks;
    },
    /** Takes one frame. @returns the tasks that it told of. */
    take(message: Facts): readonly string[] {
      seen.length = 0;
      if (message.type === 'subscribed') {
        pages = [];
        position = message.recovered === true ? position : undefined;
      } else if (message.type === 'snapshot') {
        pages.push(...(message.tasks as Facts[]));
        seen.push(...(message.tasks as Facts[]).map((shown) => String(shown.id)));
        if (message.last === true) {
          tasks = new Map(pages.map((shown) => [String(shown.id), shown]));
          position = message.position as Position;
        }
      } else for (const event of message.type === 'batch' ? (message.events as Facts[]) : [message]) takeEvent(event);
      return [...seen];
    },
  };
}

/** A reader whose socket drains only when told; every frame is judged when it leaves. */
function createReader(store: Store, userId: string, maySee: (taskId: string) => boolean) {
  const channel: Channel = `user:${userId}`;
  const replica = createReplica(channel);
  let peer: FakePeer = createFakePeer();
  let taken = 0;
  let stop = (): void => {};

  const takeNew = (): void => {
    for (const message of peer.messages.slice(taken)) {
      for (const taskId of replica.take(message)) expect(maySee(taskId), `${userId} was told of ${taskId}`).toBe(true);
      taken += 1;
    }
  };

  return {
    replica,
    takeNew,
    connect(position: Position | undefined) {
      stop();
      peer = createFakePeer();
      peer.holdsBack = true;
      taken = 0;
      stop = store.read(channel, peer, position);
    },
    disconnect() {
      stop();
      stop = () => {};
      peer = createFakePeer();
      taken = 0;
    },
    drain: () => peer.drainOne(),
    isConnected: () => taken > 0,
  };
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

async function play(
  database: LogDatabase,
  steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[],
): Promise<number> {
  const store = createTaskStore(database);
  const shared = new Set<string>();
  let changing: string | undefined;
  const maySee = (userId: string) => (taskId: string) =>
    shared.has(`${userId} ${taskId}`) || changing === `${userId} ${taskId}`;
  const readers = new Map(WATCHERS.map((userId) => [userId, createReader(store, userId, maySee(userId))]));
  const { project } = JSON.parse((await store.writeProject('ada', { kind: 'create', name: 'p' })).body);
  for (const taskId of TASKS) {
    await store.write('ada', { kind: 'create', taskId, fields: { title: taskId, text: LONG } });
  }
  const lookAt = async (): Promise<void> => {
    await settle();
    for (const reader of readers.values()) reader.takeNew();
  };

  let version = 0;
  for (const at of steps) {
    if (at.kind === 'share' || at.kind === 'unshare') {
      const key = `${at.watcher} ${at.task}`;
      // While it is being written, either answer is right.
      if (at.kind === 'share' || shared.has(key)) changing = key;
      const kind = at.kind as 'share' | 'unshare';
      await store.write('ada', { kind, taskId: at.task, userId: at.watcher }).catch(() => undefined);
      const isThere = await store.storage.get('ada', at.task).then(
        () => true,
        () => false,
      );
      if (isThere && kind === 'share') shared.add(key);
      if (isThere && kind === 'unshare') shared.delete(key);
      for (const reader of readers.values()) reader.takeNew();
      changing = undefined;
    } else if (at.kind === 'connect') {
      const reader = readers.get(at.watcher);
      const position = reader?.replica.position;
      reader?.connect(at.isReturn ? position : undefined);
    } else if (at.kind === 'disconnect') {
      readers.get(at.watcher)?.disconnect();
    } else if (at.kind === 'drain') {
      for (let count = 0; count < at.count; count += 1) {
        readers.get(at.watcher)?.drain();
        await settle();
      }
    } else if ('task' in at) {
      version += 1;
      const change = {
        edit: { kind: 'patch', fields: { title: `edit ${version}` } },
        into: { kind: 'patch', fields: { projectId: project.id } },
        out: { kind: 'patch', fields: { projectId: null } },
        delete: { kind: 'delete' },
        restore: { kind: 'restore' },
      } as const;
      const command = change[at.kind as keyof typeof change];
      await store.write('ada', { ...command, taskId: at.task }).catch(() => undefined);
    }
    await lookAt();
  }

  let compared = 0;
  for (const [userId, reader] of readers) {
    if (!reader.isConnected()) continue;
    const head = (await store.storage.heads([`user:${userId}`])).get(`user:${userId}`)?.seq ?? 0;
    for (let turn = 0; turn < 20_000 && reader.replica.position?.seq !== head; turn += 1) {
      reader.drain();
      await lookAt();
    }
    const { tasks } = JSON.parse(await store.storage.list({ userId, limit: 500 })) as { tasks: { id: string }[] };
    expect(new Map(tasks.map((shown) => [shown.id, shown]))).toEqual(reader.replica.tasks);
    compared += 1;
  }
  for (const reader of readers.values()) reader.disconnect();
  return compared;
}

describe('what a watcher is told', () => {
  it.each(TASK_DATABASES)(
    '[SV63, SV62, SV16] in $name is never of a task that may no longer be seen, in a whole sequence, and ends as the server has it',
    async ({ name, open }) => {
      let compared = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
          compared += await play(await open(), steps);
        }),
        { numRuns: name === 'PostgreSQL' ? 8 : 40 },
      );
      expect(compared).toBeGreaterThan(2);
    },
  );
});
