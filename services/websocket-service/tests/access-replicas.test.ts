import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { PATIENT_MS } from './support/patience';
import { createDatabase } from './support/postgres';
import { startTestService } from './support/test-service';
import { openNative } from './support/test-socket';

const TOKENS = { 'content-type': 'application/cloudevents+json' };

async function startReplicas(count: number) {
  const databaseUrl = await createDatabase();
  const replicas = [];
  for (let index = 0; index < count; index += 1) replicas.push(await startTestService({ config: { databaseUrl } }));
  const [here] = replicas;
  if (here === undefined) throw new Error('at least one');
  return {
    here,
    there: replicas.at(-1) ?? here,
    replicas,
    ada: await here.signIn('Ada'),
    bob: await here.signIn('Bob'),
  };
}

describe('access on one replica', { timeout: PATIENT_MS }, () => {
  it('[SV63] that is taken away on another one is gone here: nothing more of the task, live or replayed', async () => {
    const { here, there, ada, bob } = await startReplicas(2);
    const { id } = await ada.create({ title: 'seen' });
    const watcher = await openNative(there.url, bob.token);
    await ada.share(id, bob);
    await watcher.waitFor((message) => message.event === 'task.shared');
    await ada.unshare(id, bob);
    const removed = await watcher.waitFor('access_removed');
    expect(removed).toMatchObject({ seq: 2, target: { taskId: id } });
    await ada.patch(id, { title: 'secret' });
    const other = await ada.create({ title: 'marker' });
    await ada.share(other.id, bob);
    await watcher.waitFor((message) => message.taskId === other.id);
    expect(JSON.stringify(watcher.messages)).not.toContain('secret');
    const back = await openNative(there.url, bob.token, { epoch: here.service.epoch, seq: 0 });
    await back.until(() => back.events().length >= 3);
    expect(back.events().map((event) => event.type)).toEqual(['skip', 'access_removed', 'task_update']);
    expect(JSON.stringify(back.messages)).not.toContain('seen');
  });

  it('[SV66] to a project ends here when the member is removed on another one', async () => {
    const { there, ada, bob } = await startReplicas(2);
    const project = await ada.project('p', bob);
    const reader = await openNative(there.url, bob.token);
    reader.send({ type: 'subscribe', channel: `project:${project}` });
    await reader.waitFor((message) => message.type === 'snapshot' && message.channel === `project:${project}`);
    await ada.call('DELETE', `/api/v1/projects/${project}/members`, { body: { userId: bob.id } });
    await reader.waitFor((message) => message.type === 'access_removed' && message.channel === `project:${project}`);
    await ada.create({ title: 'secret', projectId: project });
    const { id } = await ada.create({ title: 'marker' });
    await ada.share(id, bob);
    await reader.waitFor((message) => message.taskId === id);
    expect(JSON.stringify(reader.messages)).not.toContain('secret');
  });

  it('[SV88] three replicas of one app id: each event is delivered to one, and every client sees every event once', async () => {
    const { replicas, ada } = await startReplicas(3);
    const sockets = await Promise.all(replicas.map(({ url }) => openNative(url, ada.token)));
    const events = Array.from({ length: 30 }, (_, index) => ({
      specversion: '1.0',
      id: randomUUID(),
      source: 'backend',
      type: 'com.dapr.event.sent',
      data: { event_type: 'TASK_ADDED', user_id: ada.id, task_id: index, data: { title: `t${index}` } },
    }));
    const deliveries = events.flatMap((event, index) => {
      const target = replicas[index % 3]?.internalUrl;
      const again = index % 5 === 0 ? [replicas[(index + 1) % 3]?.internalUrl] : [];
      return [target, ...again].map((url) =>
        fetch(`${url}/dapr/task-events`, { method: 'POST', headers: TOKENS, body: JSON.stringify(event) }),
      );
    });
    for (const answer of await Promise.all(deliveries)) expect(await answer.json()).toEqual({ status: 'SUCCESS' });
    for (const socket of sockets) {
      await socket.until(() => socket.events().length >= events.length);
      expect(socket.events().map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
      expect(new Set(socket.events().map((event) => event.taskId)).size).toBe(events.length);
    }
  });
});
