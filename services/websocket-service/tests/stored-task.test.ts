import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newTask } from '@/tasks/change-task';
import { clientFieldsOf, isTooLarge, rowOf, type StoredTask, searchTextOf } from '@/tasks/stored-task';
import { eventsOf, type TaskFact } from '@/tasks/task-events';

/** Texts of every width in UTF-8, halves of pairs too, and signs that JSON escapes. */
const TEXT = fc.string({
  unit: fc.constantFrom('a', '"', '\\', '\n', '\u0001', 'ß', 'Σ', '漢', '😀', '\ud83d', '\u2028'),
});
const FIELDS = fc.dictionary(fc.oneof(TEXT, fc.constantFrom('__proto__', 'task', 'toJSON')), fc.jsonValue(), {
  maxKeys: 4,
});
const TASK = fc
  .record({ title: TEXT, fields: FIELDS })
  .map(({ title, fields }): StoredTask => newTask({ ...fields, title }, { id: 't', ownerId: 'ada', now: 0 }));

describe('a stored task', () => {
  it('[LM3] is too large by the bytes of its own fields, counted exactly at the limit', () => {
    fc.assert(
      fc.property(TASK, (task) => {
        const { status, completed, ...fields } = clientFieldsOf(task);
        const size = Buffer.byteLength(JSON.stringify(fields));
        expect(isTooLarge(task, size)).toBe(false);
        expect(isTooLarge(task, size - 1)).toBe(true);
      }),
    );
  });

  it('[LG34] has the same text in its row and in its events, which say as JSON what happened', () => {
    const facts = fc.record({
      kind: fc.constantFrom<TaskFact['kind']>('created', 'updated', 'shared', 'restored'),
      task: TASK,
      changedFields: fc.option(fc.array(TEXT), { nil: undefined }),
      actor: fc.record({ id: TEXT, name: TEXT }),
      mutationId: TEXT,
    });
    fc.assert(
      fc.property(facts, ({ changedFields, ...rest }) => {
        const fact: TaskFact = { ...rest, ...(changedFields && { changedFields }) };
        const [event] = eventsOf(fact, ['user:ada']);
        const { event: name, taskId, version, task, timestamp, ...more } = JSON.parse(String(event?.body));
        expect([name.startsWith('task.'), taskId, version]).toEqual([true, 't', 1]);
        expect(JSON.stringify(task)).toBe(rowOf(fact.task, false).body);
        expect(timestamp).toBe(fact.task.updatedAt);
        const { kind, task: _, ...told } = fact;
        expect(more).toEqual(JSON.parse(JSON.stringify({ ...told, eventId: event?.eventId })));
      }),
    );
  });

  it('[LG34] that is deleted leaves its id and version', () => {
    const task = newTask({ title: 'milk' }, { id: 't', ownerId: 'ada', now: 0 });
    const [event] = eventsOf({ kind: 'deleted', task }, ['user:ada']);
    expect(JSON.parse(String(event?.body)).task).toEqual({ id: 't', version: 1 });
  });

  it('[SV12] is searched by the same text, whether plain or not', () => {
    fc.assert(
      fc.property(fc.oneof(TEXT, fc.string(), fc.string({ unit: 'binary' }), fc.constant('ΑΣ\u0000Β ﬁ Ａ')), (text) => {
        expect(searchTextOf(text)).toBe(text.normalize('NFKC').toLowerCase().replaceAll('\u0000', ''));
      }),
    );
  });
});
