import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTaskUpdate } from '@/lib/protocol';
import { readCanonical } from '@/lib/protocol/dialects/canonical-message';
import { isCanonicalTime } from '@/lib/protocol/dialects/canonical-time';
import { utcTimeOf } from '@/lib/protocol/dialects/utc-time';
import { task } from '@/tests/unit/replica/fixtures';

const TIME = '2026-03-01T09:30:00.000Z';
const times = fc.constantFrom<unknown>(
  TIME,
  '2026-02-29T00:00:00.000Z',
  '2024-02-29T00:00:00.000Z',
  '2026-04-31T00:00:00.000Z',
  '2026-00-10T00:00:00.000Z',
  '2026-12-00T00:00:00.000Z',
  '2026-12-31T24:00:00.000Z',
  '2026-12-31T23:60:00.000Z',
  '2026-12-31T23:59:60.000Z',
  '0001-01-01T00:00:00.000Z',
  '2026-03-01T09:30:00Z',
  '2026-03-01T09:30:00.000z',
  '2026-03-01 09:30:00.000Z',
  '2026-03-01T09:30:0x.000Z',
  null,
);
const odd = fc.oneof(
  times,
  fc.constantFrom<unknown>('', 'x', 0, 1, 7, -1, 1.5, true, false, null, [], {}, { id: 'b' }),
);
const rowNames = [
  ...['id', 'title', 'status', 'completed', 'description', 'priority', 'dueAt', 'completedAt', 'projectId', 'ownerId'],
  ...['createdAt', 'updatedAt', 'version', 'deleted', 'created_at', 'updated_at', 'completed_at', 'due_at', 'user_id'],
  ...['userId', 'owner_id', 'project_id', 'taskId', 'task_id', 'mine', '__proto__', 'constructor'],
];
const messageNames = [
  ...['timestamp', 'version', 'mutationId', 'mutation_id', 'eventId', 'event_id', 'changedFields', 'changed_fields'],
  ...[
    'actor',
    'previousStatus',
    'channel',
    'payload',
    'data',
    'metadata',
    'changes',
    'taskId',
    'task_id',
    'specversion',
  ],
  ...['task_data', 'fullTask', 'deleted', 'extra', '__proto__'],
];
const words = ['created', 'updated', 'completed', 'deleted', 'restored', 'shared', 'unshared', 'other'];

/** As JSON makes them: `__proto__` is a field like any other. */
const withFields = (object: object, fields: readonly (readonly [string, unknown])[]): object =>
  JSON.parse(JSON.stringify(Object.fromEntries([...Object.entries(object), ...fields])));

const message = fc
  .record({
    word: fc.constantFrom(...words),
    row: fc.array(fc.tuple(fc.constantFrom(...rowNames), odd), { maxLength: 2 }),
    rest: fc.array(fc.tuple(fc.constantFrom(...messageNames), odd), { maxLength: 1 }),
    lacks: fc.array(fc.constantFrom(...rowNames), { maxLength: 1 }),
  })
  .map(({ word, row, rest, lacks }) => {
    const whole = withFields(task('a', 3, { description: 'D', projectId: 'p', createdAt: TIME, updatedAt: TIME }), row);
    const sent = Object.fromEntries(Object.entries(whole).filter(([name]) => !lacks.includes(name)));
    return withFields({ type: 'task_update', event: `task.${word}`, task: sent, timestamp: TIME }, rest);
  });

describe('messages that need no patience', () => {
  it('[RP21] say the same as the patient reader makes of them', () => {
    let taken = 0;
    fc.assert(
      fc.property(message, (sent) => {
        if (readCanonical(sent) !== undefined) taken += 1;
        // A text is never canonical: the patient reader takes it apart.
        expect(decodeTaskUpdate(sent)).toEqual(decodeTaskUpdate(JSON.stringify(sent)));
      }),
      { numRuns: 5_000 },
    );
    expect(taken).toBeGreaterThan(500);
  });

  it('[RP21] are taken as they are, the task itself included', () => {
    const row = task('a', 3);
    const sent = { type: 'task_update', event: 'task.updated', task: row, timestamp: TIME };
    expect(readCanonical(sent)).toEqual({ kind: 'updated', taskId: 'a', version: 3, at: TIME, task: row });
    expect(decodeTaskUpdate(sent).events[0]?.task).toBe(row);
  });

  it('[RP21] have only times that would be written the same', () => {
    const parts = fc.tuple(fc.nat(9_999), fc.nat(13), fc.nat(32), fc.nat(25), fc.nat(61), fc.nat(61), fc.nat(999));
    const text = (value: number, length = 2) => String(value).padStart(length, '0');
    fc.assert(
      fc.property(parts, ([year, month, day, hour, minute, second, ms]) => {
        const date = `${text(year, 4)}-${text(month)}-${text(day)}`;
        const time = `${date}T${text(hour)}:${text(minute)}:${text(second)}.${text(ms, 3)}Z`;
        if (isCanonicalTime(time)) expect(utcTimeOf(time)).toBe(time);
      }),
      { numRuns: 5_000 },
    );
    for (const day of ['2026-01-31', '2026-02-28', '2026-12-31']) {
      expect(isCanonicalTime(`${day}T23:59:59.999Z`)).toBe(true);
    }
  });
});
