import { describe, expect, it } from 'vitest';
import { readPublishedEvent } from '@/tasks/published-event';
import { createTaskStore, TASK_DATABASES } from './support/task-store';

const event = (more: object) => {
  const reading = readPublishedEvent({ event_type: 'TASK_CHANGED', user_id: 'ada', task_id: 5, ...more });
  if (!reading.ok) throw new Error(reading.reason);
  return reading.event;
};

describe.each(TASK_DATABASES)('what is published into $name', ({ open }) => {
  it('[SV81, SV82, SV84, SV70] commits with its history, its id and its quarantine', async () => {
    const { storage, db } = createTaskStore(await open());
    const whole = event({ id: 'w', data: { title: 'milk' }, shared_with: ['bob', 'eve'] });
    const partial = event({ id: 'p', data: { note: 1 } });
    const orphan = event({ id: 'o', task_id: 6, data: { note: 1 } });
    const outcomes = async (events: readonly (typeof whole)[]) =>
      (await storage.publish(events, 'redelivery')).map(({ outcome }) => outcome);
    expect(await outcomes([partial, whole, whole, orphan])).toEqual(['accepted', 'accepted', 'duplicate', 'retry']);
    expect(await outcomes([event({ data: { title: 'old' }, version: 1 })])).toEqual(['stale']);
    for (let count = 2; count < 5; count += 1) expect(await outcomes([orphan])).toEqual(['retry']);
    expect(await outcomes([orphan])).toEqual(['quarantined']);
    const rows = await db.selectFrom('quarantine').select(['id', 'attempts', 'is_final']).execute();
    expect(rows).toEqual([{ id: 'o', attempts: 5, is_final: 1 }]);
    expect(await outcomes([event({ task_id: 6, data: { title: 'late' } }), orphan])).toEqual(['accepted', 'duplicate']);
    expect(JSON.parse(await storage.get('ada', '6')).task).toMatchObject({ title: 'late', note: 1, version: 2 });
    expect(await db.selectFrom('quarantine').select('id').execute()).toEqual([]);
    expect(JSON.parse(await storage.get('bob', '5')).task).toMatchObject({ id: 5, title: 'milk', note: 1, version: 2 });
    const { history } = JSON.parse(await storage.history({ userId: 'ada', taskId: '5', limit: 10 }));
    expect(history.map((line: { readonly event: string }) => line.event)).toEqual([
      'task.updated',
      'task.shared',
      'task.shared',
      'task.updated',
    ]);
  });

  it('[LG31] gets ids that grow from event to event, and so does what a client makes', async () => {
    const { storage, write } = createTaskStore(await open());
    const news = Array.from({ length: 20 }, (_, id) => event({ task_id: `${id}`, data: { title: 'milk' } }));
    await storage.publish(news, 'once');
    for (const title of ['oats', 'rye']) await write('ada', { kind: 'create', fields: { title } });
    await storage.publish([event({ task_id: '3', data: { note: 1 }, shared_with: ['bob'] })], 'once');
    await storage.publish([event({ task_id: '3', event_type: 'TASK_SHARED', shared_with: [] })], 'once');
    const told = [...(await storage.read('user:ada', 0, 100)), ...(await storage.read('user:bob', 1, 100))];
    const ids = told.map(({ eventId }) => eventId);
    expect(ids).toHaveLength(24);
    expect(ids).toEqual([...ids].sort());
    const made = told.slice(20, 22).map(({ taskId }) => String(taskId));
    expect(made).toEqual([...made].sort());
  });

  it('[LG29] refuses a version after which no later one could be told apart, and the task goes on', async () => {
    const { storage, write } = createTaskStore(await open());
    await storage.publish([event({ data: { title: 'milk' }, version: 2 ** 52 })], 'once');
    for (const version of [2 ** 52 + 1, Number.MAX_SAFE_INTEGER, 2 ** 53, 1e300]) {
      const reading = readPublishedEvent({ event_type: 'TASK_CHANGED', task_id: 5, data: { title: 'x' }, version });
      expect(reading).toMatchObject({ ok: false, reason: expect.stringMatching(/^version is/) });
    }
    await write('ada', { kind: 'patch', taskId: '5', fields: { title: 'oats' } });
    await storage.publish([event({ data: { note: 1 } })], 'once');
    expect(JSON.parse(await storage.get('ada', '5')).task).toMatchObject({
      title: 'oats',
      note: 1,
      version: 2 ** 52 + 2,
    });
  });

  it('[LG30] tells the status that the backend names as the one before, else the stored one', async () => {
    const { storage } = createTaskStore(await open());
    const moved = (status: string, more: object) =>
      event({ event_type: 'TASK_STATUS_CHANGED', data: { title: 'milk', status }, ...more });
    await storage.publish(
      [
        moved('in_progress', { metadata: { previous_status: 'pending' } }),
        moved('completed', {}),
        moved('pending', { metadata: { previous_status: 'in-progress' } }),
        moved('pending', { previous_status: 'completed' }),
        event({ data: { note: 1 } }),
      ],
      'once',
    );
    const told = (await storage.read('user:ada', 0, 10)).map(({ body }) => JSON.parse(body).previousStatus);
    expect(told).toEqual(['pending', 'in_progress', 'in_progress', 'completed', undefined]);
  });

  it('[SV88, SV60] takes the same event, and shares of one task, from many at once', async () => {
    const { storage, write } = createTaskStore(await open());
    await storage.publish([event({ data: { title: 'milk' } })], 'once');
    const same = event({ id: 'same', data: { title: 'oats' } });
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => storage.publish([same], 'once')));
    expect(
      outcomes
        .flat()
        .map(({ outcome }) => outcome)
        .sort(),
    ).toEqual(['accepted', ...Array.from({ length: 7 }, () => 'duplicate')]);
    await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        write('ada', { kind: index % 2 === 0 ? 'share' : 'unshare', taskId: '5', userId: 'bob' }),
      ),
    );
    const heads = await storage.heads(['user:bob']);
    const events = await storage.read('user:bob', 0, 100);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(heads.get('user:bob')?.seq).toBe(events.length);
    expect(JSON.parse(await storage.get('ada', '5')).task.version).toBe(2);
  });

  it('[SV68, SV12] lists a project and an inbox with shared tasks in pages', async () => {
    const { storage, write, writeProject } = createTaskStore(await open());
    const { project } = JSON.parse((await writeProject('ada', { kind: 'create', name: 'p' })).body);
    await writeProject('ada', { kind: 'add-member', projectId: project.id, userId: 'bob' });
    for (const taskId of ['t1', 't2', 't3']) {
      await write('ada', { kind: 'create', taskId, fields: { title: taskId, projectId: project.id } });
      await write('bob', { kind: 'create', taskId: `b${taskId}`, fields: { title: 'own' } });
      await write('ada', { kind: 'share', taskId, userId: 'bob' });
    }
    const walk = async (ofProject?: string) => {
      const ids: string[] = [];
      let cursor: string | undefined;
      do {
        const page = JSON.parse(
          await storage.list({ userId: 'bob', limit: 2, ...(cursor && { cursor }), ...(ofProject && { ofProject }) }),
        );
        ids.push(...page.tasks.map((task: { readonly id: string }) => task.id));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      return ids;
    };
    expect(await walk()).toEqual(['bt1', 'bt2', 'bt3', 't1', 't2', 't3']);
    expect(await walk(project.id)).toEqual(['t1', 't2', 't3']);
    await writeProject('ada', { kind: 'remove-member', projectId: project.id, userId: 'bob' });
    expect(await storage.mayRead('bob', `project:${project.id}`)).toBe(false);
    expect(await storage.members('ada', project.id)).toHaveLength(1);
  });
});
