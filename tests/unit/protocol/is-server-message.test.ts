import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isServerMessage } from '@/lib/protocol';

/** Values of one JSON type; those of every other list are wrong where it is promised. */
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  text: ['', 'x', '__proto__', '\ud800'],
  count: [0, 1, Number.MAX_SAFE_INTEGER],
  fraction: [-1, 1.5, 2 ** 53, 1e300],
  flag: [true, false],
  nothing: [null],
  list: [[], [null], ['a', 5]],
  record: [{}, { toString: null }, { id: 5 }],
};

type Promised = 'text' | 'count' | 'flag' | 'id';

interface Case {
  readonly message: Record<string, unknown>;
  /** Path → the type that stands there; `?` may be absent, `??` null too. */
  readonly fields: Readonly<Record<string, Promised | `${Promised}?` | 'text??'>>;
}

const TASK = {
  id: 'a',
  title: 'Milk',
  description: 'two',
  status: 'someday',
  completed: false,
  priority: 'high',
  dueAt: '2026-01-02T00:00:00Z',
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
  completedAt: null,
  ownerId: 'u1',
  projectId: 'p',
  version: 1,
  colour: 'red',
};
const TASK_FIELDS: Case['fields'] = {
  id: 'id',
  title: 'text',
  description: 'text??',
  status: 'text',
  completed: 'flag',
  priority: 'text??',
  dueAt: 'text??',
  createdAt: 'text',
  updatedAt: 'text',
  completedAt: 'text??',
  ownerId: 'text',
  projectId: 'text??',
  version: 'count?',
};
const UPDATE = {
  type: 'task_update',
  event: 'task.updated',
  task: TASK,
  timestamp: '2026-01-01T00:00:00Z',
  channel: 'user:u1',
  seq: 4,
  version: 1,
  taskId: 'a',
  changedFields: ['title', 'status'],
  mutationId: 'm',
  actor: { id: 'u1', name: 'Ada' },
  eventId: 'e4',
};
const COMMON: Case['fields'] = {
  timestamp: 'text',
  channel: 'text',
  seq: 'count',
  version: 'count',
  taskId: 'id',
  mutationId: 'text?',
  'actor.id': 'text',
  'actor.name': 'text?',
  'changedFields.1': 'text',
  eventId: 'text',
};
const POSITION = { epoch: 'e', seq: 4, eventId: 'e4' };
const PLACED: Case['fields'] = {
  channel: 'text',
  'position.epoch': 'text',
  'position.seq': 'count',
  'position.eventId': 'text?',
};

const CASES: Readonly<Record<string, Case>> = {
  'a task_update': { message: UPDATE, fields: { ...COMMON, ...under('task', TASK_FIELDS) } },
  'a deletion': {
    message: { ...UPDATE, event: 'task.deleted', task: { id: 'a', version: 1 } },
    fields: { ...COMMON, 'task.id': 'id', 'task.version': 'count' },
  },
  'a batch': { message: { type: 'batch', events: [UPDATE] }, fields: under('events.0', COMMON) },
  'a snapshot': {
    message: { type: 'snapshot', channel: 'user:u1', position: POSITION, tasks: [TASK], page: 0, last: true },
    fields: { ...PLACED, page: 'count', last: 'flag', ...under('tasks.0', TASK_FIELDS) },
  },
  'an answer to a subscription': {
    message: { type: 'subscribed', channel: 'user:u1', position: POSITION, recovered: true, replayed: 2 },
    fields: { ...PLACED, recovered: 'flag', replayed: 'count' },
  },
  'a lost access': {
    message: { type: 'access_removed', channel: 'user:u1', seq: 4, target: { taskId: 'a' } },
    fields: { channel: 'text', seq: 'count', 'target.taskId': 'id' },
  },
  'a lost channel': {
    message: { type: 'access_removed', channel: 'user:u1', seq: 4, target: { channel: 'project:p' } },
    fields: { 'target.channel': 'text' },
  },
  'a skip': { message: { type: 'skip', channel: 'user:u1', seq: 4 }, fields: { channel: 'text', seq: 'count' } },
  'a welcome': {
    message: { type: 'welcome', userId: 'u', sessionId: 's', serverTime: 't', pingIntervalMs: 1, expiresAt: 't' },
    fields: { userId: 'text', sessionId: 'text', serverTime: 'text', expiresAt: 'text' },
  },
  'a ping': {
    message: { type: 'ping', timestamp: 't', heads: { 'user:u1': POSITION } },
    fields: { timestamp: 'text', 'heads.user:u1.seq': 'count' },
  },
  'an accepted token': { message: { type: 'auth_ok', expiresAt: 't' }, fields: { expiresAt: 'text' } },
  'an error': { message: { type: 'error', code: 4403, message: 'm' }, fields: { message: 'text' } },
};

describe.each(Object.entries(CASES))('%s', (_name, { message, fields }) => {
  it('[DI6] passes whole, with fields that nobody knows', () => {
    expect(isServerMessage(message)).toBe(true);
    expect(isServerMessage({ ...message, colour: 'red' })).toBe(true);
  });

  it.each(Object.entries(fields))('[DI6, DI40] keeps the promise of %s: %s', (path, promise) => {
    const type = promise.replace(/\?+$/, '');
    const isAllowed = (kind: string, value: unknown) =>
      kind === type ||
      (kind === 'nothing' && promise.endsWith('??')) ||
      (type === 'id' && ((kind === 'text' && value !== '') || kind === 'count' || kind === 'fraction'));
    for (const [kind, values] of Object.entries(VALUES)) {
      for (const value of values) {
        expect([path, value, isServerMessage(withValue(message, path, value))]).toEqual([
          path,
          value,
          isAllowed(kind, value),
        ]);
      }
    }
    expect(isServerMessage(withValue(message, path, undefined))).toBe(promise.endsWith('?'));
  });
});

describe('all messages', () => {
  it('[DI40] refuses what is no list, actor, target, source or waiting time', () => {
    for (const [path, value] of [
      ['changedFields', null],
      ['changedFields', 'title'],
      ['actor', null],
      ['actor', 'Ada'],
      ['task', [TASK]],
      ['event', 'toString'],
      ['event', ['task.updated']],
    ] as const) {
      expect([path, isServerMessage({ ...UPDATE, [path]: value })]).toEqual([path, false]);
    }
    const subscribed = CASES['an answer to a subscription']?.message;
    expect(isServerMessage({ ...subscribed, source: 'backend' })).toBe(true);
    expect(isServerMessage({ ...subscribed, source: null })).toBe(false);
    const lost = CASES['a lost access']?.message;
    expect(isServerMessage({ ...lost, target: { taskId: 'a', channel: null } })).toBe(false);
    expect(isServerMessage({ type: 'auth_expiring', inMs: '5' })).toBe(false);
    expect(isServerMessage({ type: 'auth_expiring', inMs: 5 })).toBe(true);
    expect(isServerMessage({ type: 'pong', id: 7 })).toBe(true);
    expect(isServerMessage({ type: 'pong', id: null })).toBe(false);
  });

  it('[DI1] checking never throws', () => {
    const anything = fc.jsonValue();
    const path = fc.constantFrom(...Object.keys({ ...COMMON, ...under('task', TASK_FIELDS) }), 'type', 'event', 'task');
    fc.assert(fc.property(anything, (value) => void expect(isServerMessage(value)).toBeTypeOf('boolean')));
    fc.assert(
      fc.property(path, anything, (at, value) => {
        expect(isServerMessage(withValue(UPDATE, at, value))).toBeTypeOf('boolean');
      }),
    );
  });
});

/** The same fields, one level deeper. */
function under(path: string, fields: Case['fields']): Case['fields'] {
  return Object.fromEntries(Object.entries(fields).map(([field, promise]) => [`${path}.${field}`, promise]));
}

/** A copy with another value, or none for `undefined`, at a path. */
function withValue(value: unknown, path: string, put: unknown): unknown {
  const [key = '', ...rest] = path.split('.');
  const copy: Record<string, unknown> = Array.isArray(value) ? ([...value] as never) : { ...(value as object) };
  copy[key] = rest.length === 0 ? put : withValue(copy[key], rest.join('.'), put);
  if (put === undefined && rest.length === 0 && !Array.isArray(value)) delete copy[key];
  return copy;
}
