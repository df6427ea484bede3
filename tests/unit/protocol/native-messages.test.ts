import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeClientFrame,
  decodeCloseAdvice,
  encodeClientMessage,
  encodeCloseAdvice,
  eventNameOf,
  isChannel,
  isPosition,
  MAX_ADVISED_WAIT_MS,
  taskEventOf,
} from '@/lib/protocol';
import { task } from '@/tests/unit/replica/fixtures';
import { wireUpdate } from '@/tests/unit/sync/fixtures';

describe('what a client may send', () => {
  it.each([
    [{ type: 'hello', token: 't', clientId: 'c', channels: [{ channel: 'user:me' }] }],
    [{ type: 'subscribe', channel: 'user:1', position: { epoch: 'e', seq: 0 } }],
    [{ type: 'ping' }],
    [{ type: 'ping', id: 7 }],
    [{ type: 'ack', channel: 'user:1', seq: 3 }],
  ] as const)('[DI5] accepts %j', (message) => {
    expect(decodeClientFrame(encodeClientMessage(message))).toEqual({ ok: true, message });
  });

  it.each([
    ['{', true],
    ['[]', true],
    ['"hello"', true],
    ['{"type":"nonsense"}', false],
    ['{"type":"hello","token":"","clientId":"c","channels":[]}', false],
    ['{"type":"hello","token":"t","clientId":"c"}', false],
    ['{"type":"subscribe","channel":"user:1","position":{"epoch":"e","seq":-1}}', false],
    ['{"type":"ack","channel":"user:1","seq":1.5}', false],
    [
      JSON.stringify({ type: 'hello', token: 't', clientId: 'c', channels: Array(33).fill({ channel: 'user:1' }) }),
      false,
    ],
  ])('[DI5] refuses %s, for good or not: %s', (text, fatal) => {
    expect(decodeClientFrame(text)).toMatchObject({ ok: false, fatal, reason: expect.stringMatching(/\w{3}/) });
  });

  it('[DI1] decoding never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.json()),
        (text) => void expect(decodeClientFrame(text)).toHaveProperty('ok'),
      ),
    );
  });
});

describe('the event of a server message', () => {
  it('[DI6] becomes a canonical event with everything it carries', () => {
    const actor = { id: 'u2', name: 'Ada' };
    const update = wireUpdate('task.completed', task('a', 3, { completed: true }), 9, {
      mutationId: 'm',
      actor,
      changedFields: ['completed', 'status'],
    });
    const event = taskEventOf(update);
    expect(event).toMatchObject({ kind: 'updated', taskId: 'a', version: 3, seq: 9, mutationId: 'm', actor });
    expect(eventNameOf(event)).toBe('task.completed');
  });

  it('[DI6] a delete carries no task', () => {
    const stub = { ...wireUpdate('task.deleted', task('a', 3), 9), task: { id: 'a', version: 3 } };
    expect(taskEventOf(stub)).not.toHaveProperty('task');
  });
});

describe('small forms', () => {
  it.each([
    ['', undefined],
    ['going away', undefined],
    ['{', undefined],
    ['{"retryAfterMs":"5"}', undefined],
    ['{"retryAfterMs":-1}', undefined],
    ['{"retryAfterMs":500}', { retryAfterMs: 500, spreadMs: 0 }],
    ['{"retryAfterMs":1e12,"spreadMs":3}', { retryAfterMs: MAX_ADVISED_WAIT_MS, spreadMs: 3 }],
  ])('[DI7] reads the advice of the close reason %j', (reason, advice) => {
    expect(decodeCloseAdvice(reason)).toEqual(advice);
  });

  it('[DI7] close advice fits into a close frame', () => {
    expect(encodeCloseAdvice({ retryAfterMs: MAX_ADVISED_WAIT_MS, spreadMs: MAX_ADVISED_WAIT_MS }).length).toBeLessThan(
      123,
    );
  });

  it('[DI7] knows channels and positions', () => {
    expect([isChannel('user:1'), isChannel('user:'), isChannel('team:1'), isChannel(5)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(isPosition({ epoch: 'e', seq: 0, eventId: 'x' })).toBe(true);
    expect(isPosition({ epoch: 'e', seq: 0, eventId: 5 })).toBe(false);
  });
});
