import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '@/config/limits';
import { createInternalApp } from '@/http/create-internal-app';
import { silentLogger } from '@/ports/logger';
import { noMetrics } from '@/ports/metrics';
import { Problem } from '@/ports/problem';
import type { User } from './support/api';
import { PATIENT_MS } from './support/patience';
import { createTaskStore } from './support/task-store';
import { startTestService, type TestService } from './support/test-service';

const STRUCTURED = { 'content-type': 'application/cloudevents+json' };

function cloudEvent(data: unknown, attributes: object = {}): object {
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: 'backend',
    type: 'com.dapr.event.sent',
    datacontenttype: 'application/json',
    pubsubname: 'pubsub',
    topic: 'task-events',
    data,
    ...attributes,
  };
}

describe('what a sidecar delivers', { timeout: PATIENT_MS }, () => {
  let service: TestService;
  let ada: User;

  beforeEach(async () => {
    service = await startTestService();
    ada = await service.signIn('Ada');
  });

  const deliver = async (body: unknown, headers: Record<string, string> = STRUCTURED, topic = 'task-events') => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await fetch(`${service.internalUrl}/dapr/${topic}`, { method: 'POST', headers, body: text });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };

  const added = (id: string, title = 'milk') => ({
    event_type: 'TASK_ADDED',
    user_id: ada.id,
    task_id: id,
    data: { id, title },
  });

  const titleOf = async (id: string) => (await ada.call('GET', `/api/v1/tasks/${id}`)).body.task?.title;

  it('[SV87] comes for both topics, with a dead letter topic, and the answer is one of Dapr’s three words', async () => {
    const subscriptions = await (await fetch(`${service.internalUrl}/dapr/subscribe`)).json();
    expect(subscriptions).toEqual(
      ['task-events', 'task-updates'].map((topic) => ({
        pubsubname: 'pubsub',
        topic,
        routes: { default: `/dapr/${topic}` },
        deadLetterTopic: 'task-dead-letters',
      })),
    );
    expect(await deliver(cloudEvent(added('a')))).toEqual({ status: 200, body: { status: 'SUCCESS' } });
    expect(await deliver(cloudEvent(added('b')), STRUCTURED, 'task-updates')).toMatchObject({
      body: { status: 'SUCCESS' },
    });
    expect([await titleOf('a'), await titleOf('b')]).toEqual(['milk', 'milk']);
  });

  it('[SV86] is a CloudEvent in structured or binary mode, with text, base64 or a wrapped CloudEvent in it, or a bare event', async () => {
    const { event_type: type, ...attributes } = added('typed', 'by its type');
    const binary = {
      'content-type': 'application/json',
      'ce-specversion': '1.0',
      'ce-id': 'bin',
      'ce-source': 'backend',
      'ce-type': 'com.dapr.event.sent',
    };
    const told: readonly (readonly [string, unknown, Record<string, string>?])[] = [
      ['structured', cloudEvent(added('structured'))],
      ['text', cloudEvent(JSON.stringify(added('text')), { datacontenttype: 'text/plain' })],
      [
        'base64',
        cloudEvent(undefined, { data_base64: Buffer.from(JSON.stringify(added('base64'))).toString('base64') }),
      ],
      ['wrapped', cloudEvent(cloudEvent(added('wrapped')))],
      ['typed', { ...cloudEvent(attributes.data, { type }), userid: ada.id, taskid: 'typed' }],
      ['binary', added('binary'), binary],
      ['bare', added('bare'), { 'content-type': 'application/json' }],
      ['untyped', added('untyped'), { 'content-type': 'text/plain' }],
    ];
    for (const [id, body, headers = STRUCTURED] of told) {
      expect([id, (await deliver(body, headers)).body.status]).toEqual([id, 'SUCCESS']);
      expect([id, await titleOf(id)]).toEqual([id, id === 'typed' ? 'by its type' : 'milk']);
    }
  });

  it('[SV88] counts once: a redelivery, the other topic and a stale version are acknowledged without effect', async () => {
    const event = cloudEvent(added('a'));
    for (const topic of ['task-events', 'task-events', 'task-updates']) {
      expect((await deliver(event, STRUCTURED, topic)).body.status).toBe('SUCCESS');
    }
    const again = cloudEvent({ ...added('a', 'oats'), version: 5, id: 'own' });
    expect((await deliver(again)).body.status).toBe('SUCCESS');
    expect((await deliver(cloudEvent({ ...added('a', 'old'), version: 4 }))).body.status).toBe('SUCCESS');
    expect((await ada.call('GET', '/api/v1/tasks/a')).body.task).toMatchObject({ title: 'oats', version: 5 });
  });

  it.each([
    ['no JSON', '{"event'],
    ['an array', []],
    ['an unknown type', cloudEvent({ event_type: 'TASK_EATEN', task_id: 'a' })],
    ['no data', cloudEvent(undefined)],
    ['a task without an owner', cloudEvent({ event_type: 'TASK_ADDED', task_id: 'a', data: { title: 't' } })],
  ])('[SV87] is dropped and kept in quarantine when it is %s', async (_what, body) => {
    expect(await deliver(body)).toEqual({ status: 200, body: { status: 'DROP' } });
    const metrics = await (await fetch(`${service.internalUrl}/metrics`)).text();
    expect(metrics).toContain('taskwire_published_events_total{outcome="rejected"} 1');
  });

  it('[SV87] is dropped when it is larger than the listener takes', async () => {
    const { body } = await deliver('x'.repeat(DEFAULT_LIMITS.maxInternalBodyBytes + 1));
    expect(body).toEqual({ status: 'DROP' });
  });

  it('[SV84] is asked for again while its task is unknown, and given up after five times', async () => {
    const partial = cloudEvent({ event_type: 'TASK_CHANGED', user_id: ada.id, task_id: 'a', data: { note: 1 } });
    expect((await deliver(partial)).body.status).toBe('RETRY');
    await deliver(cloudEvent(added('a')));
    expect((await deliver(partial)).body.status).toBe('SUCCESS');
    expect((await ada.call('GET', '/api/v1/tasks/a')).body.task).toMatchObject({ title: 'milk', note: 1 });
    const orphan = cloudEvent({ event_type: 'TASK_CHANGED', user_id: ada.id, task_id: 'x', data: { note: 1 } });
    const statuses: unknown[] = [];
    for (let count = 0; count < 6; count += 1) statuses.push((await deliver(orphan)).body.status);
    expect(statuses).toEqual(['RETRY', 'RETRY', 'RETRY', 'RETRY', 'DROP', 'DROP']);
  });

  it('[SV86] comes in bulk, with a status for each entry', async () => {
    const entry = (entryId: string, event: unknown) => ({
      entryId,
      event,
      contentType: 'application/cloudevents+json',
    });
    const { body } = await deliver({
      id: randomUUID(),
      pubsubname: 'pubsub',
      topic: 'task-events',
      type: 'com.dapr.event.sent.bulk',
      metadata: {},
      entries: [
        entry('1', cloudEvent(added('a'))),
        entry('2', cloudEvent({ event_type: 'nonsense' })),
        entry('3', cloudEvent({ event_type: 'TASK_CHANGED', user_id: ada.id, task_id: 'x', data: {} })),
        entry('4', JSON.stringify(added('b'))),
      ],
    });
    expect(body).toEqual({
      statuses: [
        { entryId: '1', status: 'SUCCESS' },
        { entryId: '2', status: 'DROP' },
        { entryId: '3', status: 'RETRY' },
        { entryId: '4', status: 'SUCCESS' },
      ],
    });
    expect([await titleOf('a'), await titleOf('b')]).toEqual(['milk', 'milk']);
  });

  it('[SV87] needs the token where there is one', async () => {
    const guarded = await startTestService({ config: { appApiToken: 'a-token' } });
    const subscribe = (headers: Record<string, string>) => fetch(`${guarded.internalUrl}/dapr/subscribe`, { headers });
    expect((await subscribe({})).status).toBe(401);
    expect((await subscribe({ 'dapr-api-token': 'a-token ' })).status).toBe(200);
    expect((await subscribe({ 'dapr-api-token': 'another' })).status).toBe(401);
  });

  it('[SV87] is not served on the public listener', async () => {
    expect((await service.api.call('GET', '/dapr/subscribe')).status).toBe(404);
  });
});

describe('the sidecar’s routes', () => {
  const open = (publish: () => Promise<never>, isDraining = false) =>
    createInternalApp({
      limits: DEFAULT_LIMITS,
      log: silentLogger,
      metrics: noMetrics,
      metricsText: async () => '',
      publish,
      quarantine: async () => {},
      daprPubsubName: 'pubsub',
      isSidecar: () => true,
      isDraining: () => isDraining,
    });

  it('[SV88] answer 503 while the service drains, and while the database can’t be written: never 404', async () => {
    const fail = async (): Promise<never> => {
      throw new Problem(503, 'full');
    };
    const event = { event_type: 'TASK_ADDED', user_id: 'u', task_id: 1, data: { title: 't' } };
    for (const isDraining of [true, false]) {
      const answer = await open(fail, isDraining).inject({ method: 'POST', url: '/dapr/task-events', payload: event });
      expect(answer.statusCode).toBe(503);
    }
    const subscribe = await open(fail, true).inject({ method: 'GET', url: '/dapr/subscribe' });
    expect(subscribe.statusCode).toBe(503);
  });

  it('[SV84] keep what was given up with its reason and its content', async () => {
    const { storage, db } = createTaskStore();
    await storage.quarantine({ source: 's', key: 'k', reason: 'why', raw: '{"a":1}' });
    const rows = await db.selectFrom('quarantine').selectAll().execute();
    expect(rows).toMatchObject([{ source: 's', id: 'k', reason: 'why', body: '{"a":1}', attempts: 1, is_final: 1 }]);
  });
});
