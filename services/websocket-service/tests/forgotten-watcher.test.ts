import { describe, expect, it } from 'vitest';
import { forgetUser } from '@/tasks/forget-user';
import { createTaskStore } from './support/task-store';

describe('a forgotten watcher', () => {
  it('[LG22, SV71] is not named any more in the history of what was shared with them', async () => {
    const { db, storage, write } = createTaskStore();
    await write('ada', { kind: 'create', taskId: 't', fields: { title: 'milk' } });
    await write('ada', { kind: 'share', taskId: 't', userId: 'bob' });
    await db
      .transaction()
      .execute((tx) => forgetUser({ db: tx, now: 0, append: () => {}, flush: async () => {} }, 'bob'));
    const { history } = JSON.parse(await storage.history({ userId: 'ada', taskId: 't', limit: 10 }));
    expect(history).toMatchObject([{ event: 'task.shared', actor: { id: 'ada' } }, { event: 'task.created' }]);
    expect(JSON.stringify(history)).not.toContain('bob');
  });
});
