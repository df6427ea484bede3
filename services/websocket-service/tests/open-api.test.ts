import Fastify from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createServiceKeyCheck } from '@/auth/service-key';
import { DEFAULT_LIMITS } from '@/config/limits';
import { createHttpApp } from '@/http/create-http-app';
import { openApiDocument } from '@/http/open-api-document';
import { isRecord } from '@/lib/protocol';
import { createClientAddress } from '@/limits/client-address';
import { createTraffic } from '@/limits/traffic';
import { silentLogger } from '@/ports/logger';
import { noMetrics } from '@/ports/metrics';
import type { ApiAnswer } from './support/api';
import { PATIENT_MS } from './support/patience';
import { createTaskStore } from './support/task-store';
import { startTestService, testConfig } from './support/test-service';
import { TEST_SERVICE_KEY } from './support/tokens';

type Json = Readonly<Record<string, unknown>>;

const document = openApiDocument(true);
const schemas: Readonly<Record<string, unknown>> = document.components.schemas;

/** The schema without references. */
function resolved(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(resolved);
  if (!isRecord(schema)) return schema;
  if (typeof schema.$ref === 'string') {
    const named = schemas[schema.$ref.replace('#/components/schemas/', '')];
    expect(named, `${schema.$ref} is there`).toBeDefined();
    return resolved(named);
  }
  return Object.fromEntries(Object.entries(schema).map(([name, part]) => [name, resolved(part)]));
}

/** Checks with the validator that the service itself uses. @returns what is wrong. */
async function faultsOf(schema: unknown, value: unknown): Promise<unknown> {
  const app = Fastify({ ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } } });
  app.get('/', async (request) => {
    const validate = request.compileValidationSchema(resolved(schema) as Record<string, unknown>);
    return { faults: validate(value) ? null : (validate.errors ?? null) };
  });
  const answer = await app.inject({ url: '/' });
  return answer.json<{ faults: unknown }>().faults;
}

function operations(): readonly { readonly key: string; readonly operation: Json }[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => method !== 'parameters')
      .map(([method, operation]) => ({ key: `${method.toUpperCase()} ${path}`, operation: operation as Json })),
  );
}

function schemaOf(operation: Json, status: number): unknown {
  const responses = operation.responses as Readonly<
    Record<string, { content: Readonly<Record<string, { schema: unknown }>> }>
  >;
  return Object.values(responses[status]?.content ?? {})[0]?.schema;
}

describe('/openapi.json', { timeout: PATIENT_MS }, () => {
  it('[SV90] has every route, and nothing else', async () => {
    const { storage } = createTaskStore();
    const app = createHttpApp({
      config: testConfig({}),
      log: silentLogger,
      metrics: noMetrics,
      traffic: createTraffic(DEFAULT_LIMITS, Date.now, noMetrics),
      clientAddress: createClientAddress([]),
      verify: async () => ({ userId: 'u', expiresAt: 0 }),
      writer: storage,
      reader: storage,
      projects: storage,
      history: storage.history,
      publish: storage.publish,
      isServiceKey: createServiceKeyCheck([]),
      isDraining: () => false,
      isReady: async () => true,
      countClients: () => 0,
      login: async () => ({ token: '', user: { id: '', name: '' }, expiresAt: '' }),
    });
    onTestFinished(() => app.close());
    const routes: string[] = [];
    app.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) {
        if (one !== 'HEAD' && one !== 'OPTIONS') routes.push(`${one} ${url.replaceAll(/:(\w+)/g, '{$1}')}`);
      }
    });
    await app.ready();
    expect(routes.sort()).toEqual(
      operations()
        .map(({ key }) => key)
        .sort(),
    );
    expect(Object.keys(openApiDocument(false).paths)).not.toContain('/api/v1/auth/dev-login');
  });

  it('[SV90] has examples that its own schemas take', async () => {
    let examples = 0;
    for (const { key, operation } of operations()) {
      const body = operation.requestBody as { content: { 'application/json': { schema: unknown; example: unknown } } };
      if (body === undefined) continue;
      const { schema, example } = body.content['application/json'];
      expect([key, await faultsOf(schema, example)]).toEqual([key, null]);
      examples += 1;
    }
    expect(examples).toBe(12);
  });

  it('[SV90] says what really comes: each operation, called with its example, answers as the document says', async () => {
    const { api, signIn } = await startTestService();
    expect((await api.call('GET', '/openapi.json')).body).toEqual(JSON.parse(JSON.stringify(document)));
    const ada = await signIn('Ada');
    const project = await ada.project('p');
    const of = new Map(operations().map(({ key, operation }) => [key, operation]));
    const told = new Set<string>();
    const { id } = await ada.create();

    const call = async (key: string, token: string = ada.token): Promise<ApiAnswer> => {
      const [method = '', path = ''] = key.split(' ');
      const operation = of.get(key) ?? {};
      const requestBody = operation.requestBody as
        | { content: { 'application/json': { example: unknown } } }
        | undefined;
      const body = requestBody?.content['application/json'].example;
      const address = path.replace('{id}', id).replace('{projectId}', project);
      const answer = await api.call(method, address, { token, ...(body !== undefined && { body }) });
      const schema = schemaOf(operation, answer.status);
      expect([key, answer.status, schema === undefined]).toEqual([key, answer.status, false]);
      expect([key, answer.status, await faultsOf(schema, answer.body)]).toEqual([key, answer.status, null]);
      told.add(key);
      return answer;
    };

    const isLast = (key: string): boolean => key === 'DELETE /api/v1/tasks/{id}';
    const keys = [...of.keys()].sort((a, b) => Number(isLast(a)) - Number(isLast(b)));
    for (const key of keys) {
      const { status } = await call(key, key.endsWith('/events') ? TEST_SERVICE_KEY : ada.token);
      const isSocket = /\/ws(?:\/\{userId\})?$/.test(key);
      expect([key, isSocket ? status : status < 300]).toEqual([key, isSocket ? 426 : true]);
      if (!key.endsWith('/stats') && schemaOf(of.get(key) ?? {}, 401) !== undefined) {
        expect((await call(key, 'nobody')).status).toBe(401);
      }
    }
    expect(told.size).toBe(of.size);
    expect((await call('GET /api/v1/tasks/{id}')).status).toBe(404);
    expect((await call('GET /api/v1/tasks/{id}/history')).status).toBe(200);
  });
});
