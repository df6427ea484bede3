import { describe, expect, it } from 'vitest';
import { type Dialect, realTimeSync, syncService, type Task, taskmd, taskUpdate, todo } from '@/lib/protocol';
import { createSeededRandom } from '@/lib/testing/seeded-random';
import type { User } from './support/api';
import { PATIENT_MS, POLLING } from './support/patience';
import { startTestService } from './support/test-service';
import { openSocket } from './support/test-socket';

const ROUNDS = 30;
const CHANGES_PER_ROUND = 10;

/** A list that follows one dialect by nothing but its events. */
async function follow(url: string, path: string, dialect: Dialect, { token }: User) {
  const socket = await openSocket(url, { path, protocol: null, headers: { cookie: `token=${token}` } });
  const tasks = new Map<string, Partial<Task>>();
  const seen: unknown[] = [];
  socket.socket.on('message', (data) => {
    const { events, skipped } = dialect.decode(String(data));
    seen.push(...skipped);
    for (const { kind, taskId, task, changes } of events) {
      const key = String(taskId);
      if (kind === 'deleted') tasks.delete(key);
      else tasks.set(key, { ...tasks.get(key), ...task, ...changes });
    }
  });
  if (dialect === realTimeSync) socket.send({ type: 'subscribe', all: true });
  socket.send({ type: 'ping' });
  await socket.waitFor('pong');
  return { name: dialect.name, tasks, skipped: seen };
}

describe('lists that follow the same user in every dialect', { timeout: PATIENT_MS }, () => {
  it('[SV133] are the service’s list after any bursts of changes', async () => {
    const { url, signIn } = await startTestService();
    const ada = await signIn('Ada');
    const project = await ada.project('home');
    const lists = await Promise.all([
      follow(url, '/ws?dialect=sync-service', syncService, ada),
      follow(url, '/ws', taskUpdate, ada),
      follow(url, `/ws?userId=${ada.id}`, realTimeSync, ada),
      follow(url, `/api/v1/projects/${project}/ws`, taskmd, ada),
      follow(url, '/ws?dialect=todo', todo, ada),
    ]);
    const random = createSeededRandom(5);
    const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
    const ids: string[] = [];

    for (let round = 0; round < ROUNDS; round += 1) {
      const changes = Array.from({ length: CHANGES_PER_ROUND }, (_, index) => async () => {
        const id = pick(ids);
        const draw = random();
        if (id === undefined || draw < 0.3) {
          ids.push((await ada.create({ title: `task ${round}.${index}`, projectId: project })).id);
        } else if (draw < 0.5) await ada.patch(id, { title: `title ${round}.${index}`, description: '# D' });
        else if (draw < 0.65) await ada.patch(id, { status: pick(['pending', 'in_progress', 'completed']) });
        else if (draw < 0.75)
          await ada.patch(id, { dueAt: pick([null, '2026-05-01T00:00:00.000Z']), story_points: round });
        else if (draw < 0.9) await ada.call('DELETE', `/api/v1/tasks/${id}`);
        else await ada.call('POST', `/api/v1/tasks/${id}/restore`);
      });
      await Promise.all(changes.map((change) => change()));
    }

    const { tasks } = (await ada.call('GET', '/api/v1/tasks?limit=500')).body;
    expect(tasks.length).toBeGreaterThan(10);
    const expected = Object.fromEntries(tasks.map((task) => [task.id, task]));
    for (const list of lists) {
      await expect
        .poll(() => ({ name: list.name, ...Object.fromEntries(list.tasks) }), POLLING)
        .toEqual({
          name: list.name,
          ...expected,
        });
      expect(list.skipped).toEqual([]);
    }
  });
});
