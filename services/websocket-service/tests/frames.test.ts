import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isServerMessage, MAX_SERVER_FRAME_BYTES, MAX_SNAPSHOT_TASKS, type Task } from '@/lib/protocol';
import { groupBySize, nativeFrames } from '@/messages/event-frames';
import { openingFrames } from '@/messages/opening-frames';
import { taskUpdateFrames } from '@/messages/plain-frames';
import type { LoggedEvent } from '@/ports/event-log';
import { newTask } from '@/tasks/change-task';
import { eventsOf, type TaskFact } from '@/tasks/task-events';

const task = newTask({ title: 'milk' }, { id: 't', ownerId: 'ada', now: 0 });
const actor = { id: 'ada', name: 'Ada' };

function logged(fact: Partial<TaskFact>, seq = 1): LoggedEvent {
  const [event] = eventsOf({ kind: 'updated', task, actor, ...fact }, ['user:ada']);
  if (event === undefined) throw new Error('an event was expected');
  return { ...event, seq };
}

const parse = (frames: readonly string[]) => frames.map((frame) => JSON.parse(frame) as Record<string, unknown>);

describe('native frames', () => {
  it('[SV19] tell all that the protocol promises of an event', () => {
    const event = logged({ changedFields: ['title'], mutationId: 'm' }, 7);
    const [message] = parse(nativeFrames([event]));
    expect(message).toEqual({
      type: 'task_update',
      channel: 'user:ada',
      seq: 7,
      event: 'task.updated',
      task,
      taskId: 't',
      version: 1,
      timestamp: task.updatedAt,
      changedFields: ['title'],
      mutationId: 'm',
      actor,
      eventId: event.eventId,
    });
    expect(isServerMessage(message)).toBe(true);
  });

  it.each([
    ['created', {}, 'task.created'],
    ['updated', { changedFields: ['title'] }, 'task.updated'],
    ['updated', { changedFields: ['completed', 'status'], task: { ...task, completed: true } }, 'task.completed'],
    ['updated', { changedFields: ['title'], task: { ...task, completed: true } }, 'task.updated'],
    ['deleted', {}, 'task.deleted'],
    ['restored', {}, 'task.restored'],
  ] as const)('[SV13] name what was %s with %j %s', (kind, more, name) => {
    expect(parse(nativeFrames([logged({ kind, ...more })]))[0]).toMatchObject({ event: name });
  });

  it('[SV18] carry many events in batches that stay under 256 KiB, in order, none missing', () => {
    const title = 'ä'.repeat(7_000);
    const events = Array.from({ length: 60 }, (_, index) => logged({ task: { ...task, title } }, index + 1));
    const frames = nativeFrames(events);
    expect(frames.length).toBeGreaterThan(2);
    for (const frame of frames) expect(Buffer.byteLength(frame)).toBeLessThanOrEqual(MAX_SERVER_FRAME_BYTES);
    const seqs = parse(frames).flatMap((frame) => (frame.events as { seq: number }[]).map(({ seq }) => seq));
    expect(seqs).toEqual(events.map(({ seq }) => seq));
    expect(nativeFrames([])).toEqual([]);
  });
});

describe('plain frames', () => {
  it.each([
    ['created', 'task.created', task],
    ['updated', 'task.updated', task],
    ['restored', 'task.created', task],
    ['shared', 'task.created', task],
    ['deleted', 'task.deleted', { id: 't', version: 1 }],
  ] as const)('[SV22] say that a task was %s as %s', (kind, event, said) => {
    expect(parse(taskUpdateFrames([logged({ kind, changedFields: ['title'] })]))).toEqual([
      { type: 'task_update', event, task: said, timestamp: task.updatedAt },
    ]);
  });

  it('[SV22] say that access to a task was removed as a delete, and nothing of a whole channel', () => {
    const place = { channel: 'user:ada', seq: 1, eventId: 'e', type: 'access_removed' } as const;
    const ofTask = { ...place, taskId: 't', body: JSON.stringify({ target: { taskId: 't' } }) };
    const ofChannel = { ...place, body: JSON.stringify({ target: { channel: 'project:p' } }) };
    expect(parse(taskUpdateFrames([ofTask]))).toEqual([
      { type: 'task_update', event: 'task.deleted', task: { id: 't' }, timestamp: expect.stringMatching(/Z$/) },
    ]);
    expect(taskUpdateFrames([ofChannel])).toEqual([]);
  });
});

describe('the frames of a snapshot', () => {
  const position = { epoch: 'e', seq: 3 };

  function pagesOf(tasks: readonly string[]) {
    return [...openingFrames('user:ada', { recovered: false, position, tasks, release: () => {} })].slice(1);
  }

  it('[SV18] are one empty last page without tasks', () => {
    expect(parse(pagesOf([]))).toEqual([
      { type: 'snapshot', channel: 'user:ada', position, tasks: [], page: 0, last: true },
    ]);
  });

  it('[SV18] end at 500 tasks', () => {
    const pages = parse(pagesOf(Array.from({ length: 2 * MAX_SNAPSHOT_TASKS + 1 }, (_, id) => `{"id":"${id}"}`)));
    expect(pages.map(({ page, last, tasks }) => [page, last, (tasks as Task[]).length])).toEqual([
      [0, false, 500],
      [1, false, 500],
      [2, true, 1],
    ]);
    expect(pages.flatMap(({ tasks }) => (tasks as Task[]).map(({ id }) => id))).toEqual(
      Array.from({ length: 1001 }, (_, id) => `${id}`),
    );
  });

  it('[SV18] end at 256 KiB, the frame around the tasks counted, whatever the sizes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 16_384 }), { maxLength: 60 }), (sizes) => {
        const tasks = sizes.map((size) => JSON.stringify('ä'.repeat(size)));
        const pages = pagesOf(tasks);
        for (const page of pages) expect(Buffer.byteLength(page)).toBeLessThanOrEqual(MAX_SERVER_FRAME_BYTES);
        expect(parse(pages).flatMap((page) => page.tasks as unknown[]).length).toBe(tasks.length);
        expect(parse(pages).map((page) => page.last)).toEqual(pages.map((_, index) => index === pages.length - 1));
      }),
      { numRuns: 50 },
    );
  });

  it('[SV18] never pass 256 KiB by the frame around the tasks, at any length near the edge', () => {
    const most = Array.from({ length: MAX_SNAPSHOT_TASKS - 1 }, () => JSON.stringify('x'.repeat(521)));
    for (let length = 500; length <= 700; length += 1) {
      const tasks = [...most, JSON.stringify('x'.repeat(length))];
      const pages = pagesOf(tasks);
      for (const page of pages) expect(Buffer.byteLength(page)).toBeLessThanOrEqual(MAX_SERVER_FRAME_BYTES);
      expect(parse(pages).flatMap((page) => page.tasks as unknown[])).toHaveLength(tasks.length);
    }
  });

  it('[SV18] are cut as late as possible', () => {
    expect(groupBySize(['aa', 'bb', 'cc', 'dd'], 6)).toEqual([
      ['aa', 'bb'],
      ['cc', 'dd'],
    ]);
    expect(groupBySize(['too long for it', 'b'], 6)).toEqual([['too long for it'], ['b']]);
    expect(groupBySize(['a', 'b', 'c'], 100, 2)).toEqual([['a', 'b'], ['c']]);
  });
});
