import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PATIENT_MS, POLLING } from './support/patience';
import { createDatabase, runSql } from './support/postgres';
import { startTestService } from './support/test-service';
import { openNative } from './support/test-socket';

async function start() {
  const databaseUrl = await createDatabase();
  const replicas = await Promise.all(
    [1, 2].map(() => startTestService({ config: { databaseUrl }, limits: { submissionPollMs: 20 } })),
  );
  const [first, second] = replicas;
  if (first === undefined || second === undefined) throw new Error('two replicas were expected');
  const ada = await first.signIn('Ada');
  const application = new Client(databaseUrl);
  await application.connect();
  onTestFinished(() => application.end());
  const publish = (event: object) => application.query('SELECT taskwire_publish($1)', [JSON.stringify(event)]);
  const eventOf = (title: string, more: object = {}) => ({
    event_type: 'TASK_ADDED',
    user_id: ada.id,
    task_id: randomUUID(),
    data: { title, status: 'pending' },
    ...more,
  });
  const left = async () => (await application.query('SELECT id FROM taskwire.submissions')).rowCount;
  return { databaseUrl, first, second, ada, application, publish, eventOf, left };
}

describe('taskwire_publish', { timeout: PATIENT_MS }, () => {
  it('[SV40] brings what an application publishes in its own transaction to every reader, in order and once', async () => {
    const { first, second, ada, application, publish, eventOf, left } = await start();
    const sockets = await Promise.all([first, second].map(({ url }) => openNative(url, ada.token)));
    await application.query('BEGIN');
    for (let index = 0; index < 30; index += 1) await publish(eventOf(`${index}`));
    await application.query('COMMIT');
    for (const socket of sockets) {
      await socket.until(() => socket.events().length >= 30);
      expect(socket.events().map(({ seq }) => seq)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
      const titles = socket.events().map(({ task }) => (task as { readonly title: string }).title);
      expect(titles).toEqual(Array.from({ length: 30 }, (_, index) => `${index}`));
    }
    await expect.poll(left, POLLING).toBe(0);
    expect((await ada.call('GET', '/api/v1/tasks')).body.tasks).toHaveLength(30);
  });

  it('[SV40] publishes nothing of a transaction that is rolled back', async () => {
    const { ada, application, publish, eventOf, left } = await start();
    await application.query('BEGIN');
    await publish(eventOf('never'));
    await application.query('ROLLBACK');
    await publish(eventOf('really'));
    await expect.poll(left, POLLING).toBe(0);
    const { tasks } = (await ada.call('GET', '/api/v1/tasks')).body;
    expect(tasks.map((task) => task.title)).toEqual(['really']);
  });

  it('[SV40] knows an id that came before, and puts what can’t be understood into quarantine', async () => {
    const { ada, application, publish, eventOf, left } = await start();
    const event = eventOf('once', { id: 'event 1' });
    await publish(event);
    await publish(event);
    await publish(eventOf('nonsense', { event_type: 'NOTHING_KNOWN' }));
    await expect.poll(left, POLLING).toBe(0);
    expect((await ada.call('GET', '/api/v1/tasks')).body.tasks).toHaveLength(1);
    const { rows } = await application.query('SELECT reason FROM taskwire.quarantine');
    expect(rows).toEqual([{ reason: expect.stringContaining('NOTHING_KNOWN') }]);
  });

  it('[SV41] refuses at once what is no event, and every database user who was not granted it', async () => {
    const { databaseUrl, publish } = await start();
    await expect(publish([])).rejects.toThrow(/takes one event as a JSON object with event_type/);
    await expect(publish({ event_type: 'TASK_ADDED' })).rejects.toThrow(/task_id/);
    const role = `stranger_${randomUUID().replaceAll('-', '')}`;
    await runSql(databaseUrl, `CREATE ROLE ${role}`);
    try {
      for (const name of ['taskwire.taskwire_publish', 'taskwire_publish']) {
        await expect(runSql(databaseUrl, `SET ROLE ${role}; SELECT ${name}('{}'::jsonb)`)).rejects.toThrow(
          /permission denied/,
        );
      }
    } finally {
      await runSql(databaseUrl, `DROP ROLE ${role}`);
    }
  });
});
