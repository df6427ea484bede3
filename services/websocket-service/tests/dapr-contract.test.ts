import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { User } from './support/api';
import { playSidecar } from './support/dapr/played-sidecar';
import { startSidecar } from './support/dapr/real-sidecar';
import type { Sidecar } from './support/dapr/sidecar';
import { PATIENT_MS } from './support/patience';
import { startTestService, type TestService } from './support/test-service';
import { openNative, type TestSocket } from './support/test-socket';

/** Set by `node scripts/dapr-contract.mjs`: the same tests with a real sidecar. */
const DAPRD = process.env.DAPRD_PATH;
const TOKEN = 'the-token-of-the-sidecar';

describe(`the contract with ${DAPRD === undefined ? 'a played' : 'a real'} sidecar`, { timeout: PATIENT_MS }, () => {
  let service: TestService;
  let sidecar: Sidecar;
  let ada: User;
  let socket: TestSocket;

  beforeEach(async () => {
    service = await startTestService({ config: { appApiToken: TOKEN } });
    sidecar =
      DAPRD === undefined
        ? await playSidecar(service.internalUrl, TOKEN)
        : await startSidecar(DAPRD, service.internalUrl, TOKEN);
    ada = await service.signIn('Ada');
    socket = await openNative(service.url, ada.token);
  });

  const added = (id: string, more: object = {}) => ({
    event_type: 'TASK_ADDED',
    user_id: ada.id,
    task_id: id,
    data: { id, title: 'milk' },
    ...more,
  });

  const heard = async (id: string, version = 1) => {
    const find = () => socket.events().find((told) => told.taskId === id && told.version === version);
    await socket.until(() => find() !== undefined);
    return find();
  };

  it('[SV86, SV87] brings events of both topics to the clients', async () => {
    await sidecar.publish('task-events', added('a'));
    await sidecar.publish('task-updates', added('b'));
    expect(await heard('a')).toMatchObject({ event: 'task.created', task: { title: 'milk', ownerId: ada.id } });
    expect(await heard('b')).toMatchObject({ event: 'task.created' });
  });

  it('[SV86] takes the publisher’s own CloudEvent, and an event that is not wrapped', async () => {
    const own = {
      specversion: '1.0',
      id: randomUUID(),
      source: 'backend',
      type: 'task.created',
      datacontenttype: 'application/json',
      data: added('own'),
    };
    await sidecar.publish('task-events', own, { contentType: 'application/cloudevents+json' });
    expect(await heard('own')).toMatchObject({ event: 'task.created' });
    await sidecar.publish('task-events', added('raw'), { isRaw: true });
    expect(await heard('raw')).toMatchObject({ event: 'task.created' });
  });

  it('[SV88] counts a repeated event once, and an older version not at all', async () => {
    const event = added('a', { id: 'e1', version: 5 });
    await sidecar.publish('task-events', event);
    await heard('a', 5);
    await sidecar.publish('task-events', event);
    await sidecar.publish('task-updates', event);
    await sidecar.publish('task-events', added('a', { version: 4, data: { id: 'a', title: 'old' } }));
    await sidecar.publish('task-events', added('end'));
    await heard('end');
    expect(socket.events().map((told) => [told.taskId, told.version])).toEqual([
      ['a', 5],
      ['end', 1],
    ]);
    expect((await ada.call('GET', '/api/v1/tasks/a')).body.task).toMatchObject({ title: 'milk', version: 5 });
  });

  it('[SV84] is delivered again what came before its task', async () => {
    await sidecar.publish('task-events', { ...added('a'), event_type: 'TASK_CHANGED', data: { note: 1 } });
    await sidecar.publish('task-events', added('a'));
    expect(await heard('a', 2)).toMatchObject({ event: 'task.updated', task: { title: 'milk', note: 1 } });
  });

  it('[SV87] drops what can’t be understood, and goes on', async () => {
    await sidecar.publish('task-events', { event_type: 'TASK_EATEN', task_id: 'a' });
    await sidecar.publish('task-events', 'not an event');
    await sidecar.publish('task-events', added('end'));
    await heard('end');
    const metrics = await (await fetch(`${service.internalUrl}/metrics`)).text();
    expect(metrics).toContain('taskwire_published_events_total{outcome="rejected"} 2');
    if ('deadLetters' in sidecar) expect(sidecar.deadLetters).toHaveLength(2);
  });
});
