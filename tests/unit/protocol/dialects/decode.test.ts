import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mutate } from '@/bench/support/decode/mutate.mjs';
import { type Dialect, realTimeSync, syncService, taskmd, taskUpdate, todo } from '@/lib/protocol';
import { createSeededRandom } from '@/lib/testing/seeded-random';
import { DIALECTS, SEED_EXAMPLES } from './seed-examples';

/** How each dialect says that a task was updated, around a row under a name of the test's. */
const UPDATES: readonly (readonly [Dialect, object])[] = [
  [syncService, { type: 'TASK_UPDATED' }],
  [taskUpdate, { type: 'task_update', event: 'task.updated' }],
  [realTimeSync, { type: 'task_update', event_type: 'TASK_CHANGED' }],
  [taskmd, { type: 'task.updated' }],
  [todo, { type: 'TASK_UPDATED' }],
];

const DELETES: readonly (readonly [Dialect, object])[] = [
  [syncService, { type: 'TASK_DELETED' }],
  [taskUpdate, { type: 'task_update', event: 'task.deleted' }],
  [realTimeSync, { type: 'task_update', event_type: 'TASK_REMOVED' }],
  [taskmd, { type: 'task.deleted' }],
  [todo, { type: 'TASK_DELETED' }],
];

const named = (pairs: readonly (readonly [Dialect, object])[]) =>
  pairs.map(([dialect, message]) => [dialect.name, dialect, message] as const);

describe('reading a dialect', () => {
  it.each(SEED_EXAMPLES.map((example) => [example.name, example] as const))(
    '[DI20] reads the seed’s example %s',
    (_name, { dialect, message, event }) => {
      const clean = { controls: [], skipped: [] };
      expect(dialect.decode(message)).toEqual({ events: [event], ...clean });
      expect(dialect.decode(JSON.stringify(message))).toEqual({ events: [event], ...clean });
    },
  );

  it.each(SEED_EXAMPLES.map((example) => [example.name, example] as const))(
    '[DI19] says whose message the seed’s example %s is',
    (_name, { dialect, message }) => {
      expect(DIALECTS.filter((each) => each.recognises(message)).map(({ name }) => name)).toEqual([dialect.name]);
    },
  );

  it.each([[{ type: 'ping', timestamp: null }], [null], ['ping'], [{ type: 'welcome' }], [{ type: '__proto__' }]])(
    '[DI19] takes %j for nobody’s message',
    (message) => {
      expect(DIALECTS.filter((dialect) => dialect.recognises(message))).toEqual([]);
    },
  );

  it.each(named(UPDATES))(
    '[DI8] reads several values of a frame, bad ones beside good ones: %s',
    (_n, dialect, head) => {
      const line = (id: number) => JSON.stringify({ ...head, task: { id, priority: 'low' } });
      const { events, skipped, controls } = dialect.decode(
        `${line(1)}\nrubbish\n\n${line(2)}\r\n{"type":"x"}\nping\n[]`,
      );
      expect(events.map(({ taskId }) => taskId)).toEqual([1, 2]);
      expect(controls).toEqual([{ type: 'ping' }]);
      expect(skipped).toEqual(['not JSON', 'unknown type "x"', 'not a JSON object']);
    },
  );

  it.each(DIALECTS.map((dialect) => [dialect.name, dialect] as const))(
    '[DI13] tells heartbeats, welcomes and faults of the server from events: %s',
    (_name, dialect) => {
      for (const text of [
        'ping',
        ' pong \n',
        'PING',
        '{"type":"ping","timestamp":null}',
        '{"type":"pong"}',
        '"ping"',
      ]) {
        const { controls, skipped } = dialect.decode(text);
        expect([...controls.map(({ type }) => type), ...skipped]).toEqual([/pong/.test(text) ? 'pong' : 'ping']);
      }
      expect(dialect.decode({ type: 'connection.established' }).controls).toEqual([{ type: 'welcome' }]);
      expect(dialect.decode({ type: 'AUTH_SUCCESS', user_id: 3 }).controls).toEqual([{ type: 'welcome', userId: '3' }]);
      expect(dialect.decode({ type: 'error', code: 7, message: 'm' }).controls).toEqual([
        { type: 'error', code: 7, message: 'm' },
      ]);
      expect(dialect.decode({ type: 'error' }).controls).toEqual([
        { type: 'error', message: expect.stringMatching(/\w/) },
      ]);
    },
  );

  it.each(named(UPDATES))('[DI9] finds the task wherever it stands: %s', (_name, dialect, head) => {
    const row = { id: '5', priority: 'low' };
    const bare = { priority: 'low' };
    const places: readonly object[] = [
      { task: row },
      { data: row },
      { payload: row },
      { payload: { task: row } },
      { task_data: row },
      { data: { payload: row } },
      { data: { task: row } },
      { payload: { fullTask: row } },
      { task_id: '5', data: bare },
      { taskId: '5', task: bare },
      { payload: { taskId: '5', changes: bare } },
      { payload: { task_id: '5', ...bare } },
      { data: { task_id: '5', payload: bare } },
    ];
    for (const place of places) {
      expect({ place, ...dialect.decode({ ...head, ...place }) }).toEqual({
        place,
        events: [{ kind: 'updated', taskId: '5', changes: { priority: 'low' } }],
        controls: [],
        skipped: [],
      });
    }
  });

  it.each([[5], ['5'], ['TASK-001'], [-1], ['6e0a1f3c-8d21-4f6e-9a56-0a7d2a7a9b10'], ['__proto__']])(
    '[DI9] keeps the id %j as it was given',
    (id) => {
      for (const [dialect, head] of UPDATES) {
        expect(dialect.decode({ ...head, task: { id, priority: 'low' } }).events[0]?.taskId).toBe(id);
      }
      for (const [dialect, head] of DELETES) {
        expect(dialect.decode({ ...head, task_id: id }).events).toEqual([{ kind: 'deleted', taskId: id }]);
      }
    },
  );

  it.each(named(UPDATES))('[DI9] skips a task without a usable id: %s', (_name, dialect, head) => {
    for (const id of [undefined, null, '', {}, [], true, Number.POSITIVE_INFINITY]) {
      expect(dialect.decode({ ...head, task: { id, title: 'T' } })).toMatchObject({
        events: [],
        skipped: ['a task without an id'],
      });
    }
  });

  it.each(named(UPDATES))('[DI10] reads both cases and keeps what it does not know: %s', (_name, dialect, head) => {
    const text = `{"id":1,"created_at":"2026-01-01T00:00:00Z","dueAt":null,"user_id":9,"project_id":"p","completed":1,
      "assigned_to":"Ada","nested":{"a_b":1},"__proto__":{"polluted":true},"constructor":"c"}`;
    const { events } = dialect.decode({ ...head, task: JSON.parse(text) as object });
    const changes = events[0]?.changes as Record<string, unknown> | undefined;
    expect(Object.entries(changes ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))).toEqual([
      ['__proto__', { polluted: true }],
      ['assigned_to', 'Ada'],
      ['completed', true],
      ['constructor', 'c'],
      ['createdAt', '2026-01-01T00:00:00.000Z'],
      ['dueAt', null],
      ['nested', { a_b: 1 }],
      ['ownerId', '9'],
      ['projectId', 'p'],
      ['status', 'completed'],
    ]);
    expect(Object.getPrototypeOf(changes)).toBe(Object.prototype);
    expect('polluted' in {}).toBe(false);
  });

  it('[DI10] leaves a known field of the wrong type out', () => {
    const row = {
      title: 5,
      status: 3,
      completed: 'yes',
      createdAt: 7,
      updatedAt: null,
      dueAt: {},
      version: '1',
      userId: [],
    };
    for (const dialect of DIALECTS) expect(dialect.decodeRow({ id: 1, ...row })).toEqual({ id: 1 });
  });

  it('[DI10] lets the canonical name stand where a server sends both', () => {
    for (const dialect of DIALECTS) {
      expect(dialect.decodeRow({ owner_id: 'a', ownerId: 'b' })).toEqual({ owner_id: 'a', ownerId: 'b' });
    }
  });

  it.each(named(UPDATES))('[DI12] believes the row’s deleted flag, not the word: %s', (_name, dialect, head) => {
    expect(dialect.decode({ ...head, task: { id: 1, title: 'T', deleted: true } }).events).toEqual([
      { kind: 'deleted', taskId: 1 },
    ]);
    expect(dialect.decode({ ...head, task: { id: 1, priority: 'low', deleted: false } }).events).toEqual([
      { kind: 'updated', taskId: 1, changes: { priority: 'low', deleted: false } },
    ]);
    expect(dialect.decode({ ...head, payload: { taskId: 1, changes: { deleted: true } } }).events).toEqual([
      { kind: 'deleted', taskId: 1 },
    ]);
  });

  it.each(named(DELETES))('[DI12] takes a refused delete for an update: %s', (_name, dialect, head) => {
    const row = { id: 1, title: 'T', status: 'pending', deleted: false };
    expect(dialect.decode({ ...head, task: row }).events).toMatchObject([{ kind: 'updated', task: { title: 'T' } }]);
    expect(dialect.decode({ ...head, task: { id: 1 } }).events).toEqual([{ kind: 'deleted', taskId: 1 }]);
  });

  it.each(named(UPDATES))('[DI15] opens the envelopes of CloudEvents: %s', (_name, dialect, head) => {
    const envelope = { specversion: '1.0', id: 'e-1', source: 's', type: 'x', time: '2026-01-01T00:00:00Z' };
    const message = { ...head, task: { id: 1, priority: 'low' } };
    const event = { kind: 'updated', taskId: 1, changes: { priority: 'low' } };
    const outer = { at: '2026-01-01T00:00:00.000Z', eventId: 'e-1' };
    expect(dialect.decode({ ...envelope, data: message }).events).toEqual([{ ...event, ...outer }]);
    expect(dialect.decode({ ...envelope, data: JSON.stringify(message) }).events).toEqual([{ ...event, ...outer }]);
    expect(dialect.decode({ ...envelope, data: { ...message, timestamp: '2026-01-02T00:00:00Z' } }).events).toEqual([
      { ...event, ...outer, at: '2026-01-02T00:00:00.000Z' },
    ]);
    expect(dialect.decode({ ...envelope, data: 'rubbish' })).toMatchObject({ events: [], skipped: ['not JSON'] });
    expect(dialect.decode({ ...envelope, data: { ...envelope, data: message } }).events).toHaveLength(1);
  });

  it('[DI15] takes the word of the envelope where its data is a bare row', () => {
    const envelope = { specversion: '1.0', id: 'e-1', type: 'task.created', data: { id: 1, priority: 'low' } };
    expect(taskmd.decode(envelope).events).toEqual([
      { kind: 'created', taskId: 1, changes: { priority: 'low' }, eventId: 'e-1' },
    ]);
    const bare = { id: 'e-2', type: 'TASK_ADDED', user_id: 'u', task_id: 1, data: { priority: 'low' } };
    expect(realTimeSync.decode(bare).events).toEqual([{ kind: 'created', taskId: 1, changes: { priority: 'low' } }]);
  });

  it.each(named(UPDATES))('[DI1] says why a message says nothing: %s', (_name, dialect, head) => {
    expect(dialect.decode({ ...head, task: { id: 1 } }).skipped).toEqual(['a change that says nothing about the task']);
    expect(dialect.decode('').skipped).toEqual(['an empty frame']);
  });

  it('[DI1] follows no endless nesting', () => {
    const deep = `${'{"specversion":"1.0","data":'.repeat(5000)}{}${'}'.repeat(5000)}`;
    for (const dialect of DIALECTS) expect(dialect.decode(deep).skipped).toEqual(['nested more than 8 deep']);
    const arrays = `{"type":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    for (const dialect of DIALECTS) expect(dialect.decode(arrays).skipped).toHaveLength(1);
  });

  it('[DI1] never throws, whatever JSON it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const dialect of DIALECTS) dialect.decode(value);
      }),
    );
  });

  it('[DI1] never throws for a mutant of the seeds’ examples, and what it reads is well-formed', () => {
    const mutants = Number(process.env.DIALECT_MUTANTS ?? 20_000);
    const seed = Number(process.env.DIALECT_SEED ?? 6);
    const random = createSeededRandom(seed);
    for (let count = 0; count < mutants; count += 1) {
      const example = SEED_EXAMPLES[Math.floor(random() * SEED_EXAMPLES.length)];
      const frame = mutate(JSON.stringify(example?.message), random);
      for (const dialect of DIALECTS) {
        const { events, controls, skipped } = dialect.decode(frame);
        if (events.length + controls.length + skipped.length === 0)
          throw new Error(`seed ${seed}: silence at ${frame}`);
        for (const { taskId, task, at } of events) {
          if (taskId === '' || task?.title === null || at === null) throw new Error(`seed ${seed}: ${frame}`);
        }
      }
    }
  });
});
