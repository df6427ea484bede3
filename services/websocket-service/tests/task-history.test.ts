import { beforeEach, describe, expect, it } from 'vitest';
import type { User } from './support/api';
import { PATIENT_MS } from './support/patience';
import { startWithPeople } from './support/people';
import { createTaskStore } from './support/task-store';

interface Line {
  readonly event: string;
  readonly version: number;
  readonly [field: string]: unknown;
}

describe('the history of a task', { timeout: PATIENT_MS }, () => {
  let ada: User;
  let bob: User;
  let eve: User;

  beforeEach(async () => {
    ({ ada, bob, eve } = await startWithPeople());
  });

  const read = async (user: User, id: string, query = '') => {
    const { body } = await user.call('GET', `/api/v1/tasks/${id}/history${query}`);
    return body as unknown as { readonly history: readonly Line[]; readonly nextCursor?: string };
  };

  it('[SV70] tells who changed what and when, newest first, deletes and shares included, and nothing of what changed nothing', async () => {
    const { id } = await ada.create({ title: 'milk' });
    await ada.share(id, bob);
    await ada.share(id, bob);
    await bob.patch(id, { title: 'oats', priority: 'high' });
    await bob.patch(id, { title: 'oats' });
    await ada.call('PATCH', `/api/v1/tasks/${id}/complete`);
    await ada.unshare(id, bob);
    await ada.call('DELETE', `/api/v1/tasks/${id}`);
    await ada.call('PATCH', `/api/v1/tasks/${id}`, { body: { title: 'x' } });
    const { history } = await read(ada, id);
    const [byAda, byBob] = [
      { id: ada.id, name: 'Ada' },
      { id: bob.id, name: 'Bob' },
    ];
    expect(history).toMatchObject([
      { event: 'task.deleted', version: 4, actor: byAda },
      { event: 'task.unshared', version: 3, actor: byAda, userId: bob.id },
      { event: 'task.completed', version: 3, actor: byAda, changedFields: ['status', 'completed', 'completedAt'] },
      { event: 'task.updated', version: 2, actor: byBob, changedFields: ['title', 'priority'] },
      { event: 'task.shared', version: 1, actor: byAda, userId: bob.id },
      { event: 'task.created', version: 1, actor: byAda },
    ]);
    for (const line of history) expect(Date.parse(String(line.at))).toBeGreaterThan(0);
  });

  it('[SV71] is for whoever may see the task, and tells with whom it is shared to its owner alone', async () => {
    const { id } = await ada.create();
    const nothing = await eve.call('GET', '/api/v1/tasks/none/history');
    await ada.share(id, bob);
    expect(await eve.call('GET', `/api/v1/tasks/${id}/history`)).toMatchObject({ status: 404, text: nothing.text });
    const seen = await read(bob, id);
    expect(seen.history.map((line) => line.event)).toEqual(['task.shared', 'task.created']);
    expect(JSON.stringify(seen.history[0])).not.toContain('userId');
    await ada.unshare(id, bob);
    expect((await bob.call('GET', `/api/v1/tasks/${id}/history`)).status).toBe(404);
  });

  it('[SV70] is read in pages', async () => {
    const { id } = await ada.create({ title: '1' });
    for (const title of ['2', '3', '4', '5']) await ada.patch(id, { title });
    const versions: number[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const page = await read(ada, id, `?limit=2&cursor=${cursor}`);
      versions.push(...page.history.map((line) => line.version));
      cursor = page.nextCursor;
    }
    expect(versions).toEqual([5, 4, 3, 2, 1]);
    expect((await ada.call('GET', `/api/v1/tasks/${id}/history?cursor=x`)).status).toBe(400);
  });
});

describe('the lines of a history', () => {
  it('[SV72] keep a thousand of a task and go after their time, the task stays', async () => {
    const { db, storage, write, clock } = createTaskStore();
    await write('ada', { kind: 'create', taskId: 't', fields: { title: '0' } });
    await db.updateTable('history').set({ entry: 1_000 }).execute();
    await write('ada', { kind: 'patch', taskId: 't', fields: { title: '1' } });
    const entries = async () => (await db.selectFrom('history').select('entry').execute()).map((row) => row.entry);
    expect(await entries()).toEqual([1_000, 1_001]);
    await db.updateTable('history').set({ entry: 1 }).where('entry', '=', 1_000).execute();
    await write('ada', { kind: 'patch', taskId: 't', fields: { title: '2' } });
    expect(await entries()).toEqual([1_001, 1_002]);
    clock.advance(1_000);
    await write('ada', { kind: 'patch', taskId: 't', fields: { title: '3' } });
    await storage.forgetRecords({ historyMs: 500, publishedMs: 500, quarantineMs: 500 });
    expect(await entries()).toEqual([1_003]);
    expect(JSON.parse(await storage.get('ada', 't')).task.title).toBe('3');
  });
});
