import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, it } from 'vitest';
import { problemOf } from '@/http/problem-answers';
import { openEmbeddedStorage } from '@/storage/open-embedded-storage';
import { type OpenStorage, storageLimitsOf } from '@/storage/open-storage';
import type { ApiAnswer, User } from './support/api';
import { PATIENT_MS } from './support/patience';
import { sendRaw } from './support/raw-http';
import { startTestService, type TestService } from './support/test-service';

describe('errors', { timeout: PATIENT_MS }, () => {
  let service: TestService;
  let ada: User;

  beforeEach(async () => {
    service = await startTestService();
    ada = await service.signIn('Ada');
  });

  function expectProblem(answer: ApiAnswer, status: number): void {
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ type: 'about:blank', status, title: expect.stringMatching(/\w/) });
    expect(answer.body.detail).toMatch(/\w.*[.:]/);
  }

  it('[SV26] are problem documents for unknown addresses and methods', async () => {
    expectProblem(await service.api.call('GET', '/nope?token=secret'), 404);
    expectProblem(await ada.call('GET', '/api/v1/tasks/a/b/c'), 404);
    expectProblem(await ada.call('GET', '/api/v1/tasks/%zz'), 400);
  });

  it('[SV26] name the allowed methods when a known path is asked with another one', async () => {
    const allowed = async (method: string, path: string) => {
      const answer = await ada.call(method, path);
      expectProblem(answer, 405);
      return answer.headers.get('allow')?.split(', ').sort();
    };
    expect(await allowed('DELETE', '/health')).toEqual(['GET', 'HEAD']);
    expect(await allowed('DELETE', '/api/v1/tasks')).toEqual(['GET', 'HEAD', 'POST']);
    expect(await allowed('POST', '/api/v1/tasks/x?a=b')).toEqual(['DELETE', 'GET', 'HEAD', 'PATCH', 'PUT']);
    expect((await ada.call('OPTIONS', '/api/v1/tasks')).status).toBe(204);
  });

  it.each([
    [
      'a version that is not spoken',
      'GET /ws',
      'Sec-WebSocket-Version: 12\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      400,
    ],
    ['a broken key', 'GET /ws', 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: z', 400],
    ['another method', 'POST /ws', 'Content-Length: 0', 405],
    ['another address', 'GET /nope', 'Content-Length: 0', 404],
  ])('[SV26] are problem documents for a handshake with %s', async (_what, line, headers, status) => {
    const upgrade = 'Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket';
    const answer = await sendRaw(service.url, `${line} HTTP/1.1\r\n${upgrade}\r\n${headers}\r\n\r\n`);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} .*\r\nContent-Type: application/problem\\+json`));
    if (status === 405) expect(answer).toMatch(/\r\nallow: GET\r\n/i);
  });

  it.each([['/ws'], ['/ws/'], ['/ws?dialect=todo'], ['/ws/ada%20l'], ['/api/v1/projects/p/ws']])(
    '[SV150] say 426 and how to connect where %s is asked without an upgrade',
    async (path) => {
      const answer = await sendRaw(service.url, `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`, /\}$/);
      expect(answer).toMatch(/^HTTP\/1.1 426 /);
      expect(answer).toMatch(/\r\nupgrade: websocket\r\n/i);
      expect(answer).toMatch(/\r\nconnection: upgrade\r\n/i);
      expect(answer).toMatch(/\r\ncontent-type: application\/problem\+json/i);
      expect(answer).toMatch(/"detail":"[^"]*ws:\/\/[^"]*"/);
      const other = await ada.call('POST', path, { body: {} });
      expect([other.status, other.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    },
  );

  it('[SV26] are problem documents for a request without Host', async () => {
    const answer = await sendRaw(service.url, 'GET /health HTTP/1.1\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 400 .*content-type: application\/problem\+json.*Host/is);
    expect(await sendRaw(service.url, 'GET /health HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 200 /);
  });

  it('[SV26] never repeat the query of an address', async () => {
    expect((await service.api.call('GET', '/nope?token=secret')).text).not.toContain('secret');
  });

  it('[SV26] are problem documents for bodies that can’t be read', async () => {
    const post = (body: string, type?: string) =>
      ada.call('POST', '/api/v1/tasks', {
        text: body,
        ...(type !== undefined && { headers: { 'content-type': type } }),
      });
    expectProblem(await post('{"title":'), 400);
    expectProblem(await post('title=x', 'application/x-www-form-urlencoded'), 415);
    expectProblem(await post('title', 'text/plain'), 415);
    expectProblem(await post(''), 400);
    expectProblem(await ada.call('POST', '/api/v1/tasks'), 400);
    expect((await post('{"title":"x"}', 'application/json; charset=utf-8')).status).toBe(201);
  });

  it('[SV153] are told for an encoded body and for an expectation that is not met', async () => {
    const headers = { 'content-encoding': 'gzip' };
    const encoded = await ada.call('POST', '/api/v1/tasks', { body: { title: 'x' }, headers });
    expectProblem(encoded, 415);
    expect(encoded.headers.get('accept-encoding')).toBe('identity');
    const plain = { 'content-encoding': 'identity' };
    expect((await ada.call('POST', '/api/v1/tasks', { body: { title: 'x' }, headers: plain })).status).toBe(201);
    const expecting = await sendRaw(service.url, 'GET /health HTTP/1.1\r\nHost: x\r\nExpect: more\r\n\r\n', /\}$/);
    expect(expecting).toMatch(/^HTTP\/1.1 417 .*content-type: application\/problem\+json.*100-continue/is);
  });

  it('[SV154] are no trouble of the database when a client goes away while it sends', () => {
    // As Node and Fastify tell it; a database that can't be reached has the same code and no status.
    const aborted = Object.assign(new Error('aborted'), { name: 'FastifyError', code: 'ECONNRESET', statusCode: 400 });
    expect(problemOf(aborted)).toMatchObject({ status: 400 });
    const lost = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    expect(problemOf(lost)).toMatchObject({ status: 503 });
  });

  it('[SV26] let an empty body pass where none is needed', async () => {
    const { id } = await ada.create();
    const headers = { 'content-type': 'application/json' };
    expect((await ada.call('PATCH', `/api/v1/tasks/${id}/complete`, { headers })).status).toBe(200);
    expect((await ada.call('DELETE', `/api/v1/tasks/${id}`, { headers })).status).toBe(200);
    expect((await ada.call('POST', `/api/v1/tasks/${id}/restore`, { headers })).status).toBe(200);
  });

  it('[SV26] are problem documents for what is not HTTP, and for headers that are too large', async () => {
    const say = async (request: string): Promise<string> => {
      const { port, hostname } = new URL(service.url);
      const socket = connect(Number(port), hostname);
      socket.end(request);
      return text(socket);
    };
    const garbage = await say('nonsense\r\n\r\n');
    expect(garbage).toMatch(/^HTTP\/1.1 400 Bad Request\r\nContent-Type: application\/problem\+json/);
    const large = await say(`GET /health HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(40_000)}\r\n\r\n`);
    expect(large).toMatch(/^HTTP\/1.1 431 /);
  });

  it('[SV26] tell nothing of the inside when the service itself fails', async () => {
    const openStorage: OpenStorage = async (config, context) => ({
      ...openEmbeddedStorage(config.dataDir, { ...context, limits: storageLimitsOf(config) }),
      userNamed: async () => {
        throw new Error('SQL error: no such table, at users');
      },
    });
    const broken = await startTestService({ openStorage });
    const { token } = ada;
    const answer = await broken.api.call('POST', '/api/v1/auth/dev-login', { token, body: { name: 'Ada' } });
    expectProblem(answer, 500);
    expect(answer.text).not.toMatch(/SQL|table|at /);
  });
});

describe('the status routes', { timeout: PATIENT_MS }, () => {
  it('[SV31] say that the service lives, takes work, and how many sockets it has', async () => {
    const { api } = await startTestService();
    expect((await api.call('GET', '/health')).body).toEqual({ status: 'ok' });
    expect((await api.call('GET', '/ready')).body).toEqual({ status: 'ready' });
    expect((await api.call('GET', '/api/v1/ws/stats')).body).toEqual({
      status: 'ok',
      project_id: null,
      client_count: 0,
    });
    expect((await api.call('GET', '/api/v1/ws/stats?project_id=p')).body).toEqual({
      status: 'ok',
      project_id: 'p',
      client_count: 0,
    });
  });
});
