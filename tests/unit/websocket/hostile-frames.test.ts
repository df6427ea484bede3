import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChannelUpdate, isPosition, isServerMessage } from '@/lib/protocol';
import { nativeClient, snapshot, subscribed, task, update, welcome } from './native-client';

/** What breaks code that believes its input. */
const ODD: unknown[] = [
  ...[null, true, -1, 1.5, 2 ** 53, '', 'x', 'toString', '__proto__', [], [null], {}, { id: 'a' }, { channel: null }],
  { toString: null },
  JSON.parse('{"__proto__":{"seq":4}}'),
];

const whole = [
  { ...update(4), changedFields: ['title'], mutationId: 'm', actor: { id: 'u2', name: 'Ada' } },
  { ...update(4), event: 'task.deleted', task: { id: 't4', version: 4 } },
  { type: 'batch', events: [update(4), update(5)] },
  { type: 'access_removed', channel: 'user:u1', seq: 4, target: { taskId: 't1' } },
  { type: 'access_removed', channel: 'user:u1', seq: 4, target: { channel: 'project:p' } },
  { type: 'skip', channel: 'user:u1', seq: 4 },
  { ...subscribed(3, true), source: 'backend' },
  snapshot(9, [task('a'), task('b')]),
  { type: 'ping', timestamp: 't', heads: { 'user:u1': { epoch: 'e1', seq: 4, eventId: 'e4' } } },
  { type: 'auth_ok', expiresAt: '2026-01-01T02:00:00Z' },
  { type: 'auth_expiring', inMs: 60_000 },
  { type: 'error', code: 4400, message: 'no' },
  { type: 'pong', id: 1 },
  welcome,
];

/** One to three odd values, each somewhere in the message; `number`s choose the places. */
const faults = fc.array(fc.tuple(fc.nat(), fc.constantFrom(...ODD)), { minLength: 1, maxLength: 3 });

describe('a server that breaks its types', () => {
  it('[DI41] is heard only where it keeps them, and never breaks the connection', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom(...whole), faults), { maxLength: 6 }), async (frames) => {
        const { client, environment, live, updates, messages } = nativeClient();
        await live(3);
        for (const [message, odds] of frames) {
          environment.socket.receive(odds.reduce<unknown>((broken, [at, odd]) => breakAt(broken, at, odd), message));
        }
        expect(client.connection.state).toBe('connected');
        expect(updates.filter((news) => !keepsItsType(news))).toEqual([]);
        expect(messages.filter((message) => message.type !== 'task_update' || !message.task.id)).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });

  it('[DI41] skips an event with a place that no text can be made of', async () => {
    const { environment, live, faults, updates } = nativeClient();
    await live(3);
    environment.socket.receive({ type: 'skip', seq: 4, channel: { toString: null } });
    environment.socket.receive(update(4));
    expect(faults).toHaveLength(1);
    expect(updates).toMatchObject([{ type: 'events', events: [{ seq: 4 }] }]);
  });
});

function keepsItsType(news: ChannelUpdate): boolean {
  switch (news.type) {
    case 'events':
      return isPosition(news.position) && news.events.every(isServerMessage);
    case 'snapshot':
      return isServerMessage({ ...news, page: 0, last: true });
    case 'subscribed':
      return isServerMessage(news);
    case 'epoch':
      return typeof news.epoch === 'string';
    default:
      return false;
  }
}

/** A copy with an odd value at the place that the number chooses, depth first. */
function breakAt(value: unknown, at: number, odd: unknown): unknown {
  if (typeof value !== 'object' || value === null) return odd;
  const keys = Object.keys(value);
  const key = keys[at % keys.length];
  if (key === undefined) return odd;
  const rest = Math.floor(at / keys.length);
  const copy = Array.isArray(value) ? [...value] : { ...value };
  const inner = Reflect.get(value, key);
  Object.defineProperty(copy, key, { value: rest % 2 === 0 ? odd : breakAt(inner, rest >> 1, odd) });
  return copy;
}
