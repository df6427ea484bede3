import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { native } from '@/lib/connectors';
import type { Mutation } from '@/lib/protocol';
import { task } from '@/tests/unit/replica/fixtures';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let server: Server;
let seen: Seen[];
let replies: ((response: ServerResponse) => void)[];
let tokens: number;

const reply = (status: number, body?: unknown, headers: Record<string, string> = {}) => {
  replies.push((response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body));
  });
};

beforeEach(async () => {
  seen = [];
  replies = [];
  tokens = 0;
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      seen.push({ method: request.method, url: request.url, headers: request.headers, body });
      replies.shift()?.(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function connector() {
  const { port } = server.address() as AddressInfo;
  return native({ url: `ws://127.0.0.1:${port}/ws`, getToken: async () => `token-${++tokens}` });
}

const never = new AbortController().signal;
const update: Mutation = { kind: 'update', id: 'key-1', taskId: 'a/b', changes: { title: 'T' }, baseVersion: 3 };

describe('the native connector', () => {
  it('[OB3] sends key, base and values, and the token as a header', async () => {
    reply(200, { task: task('a/b', 4), epoch: 'e1' });
    expect(await connector().mutate(update, never)).toEqual({ outcome: 'done', task: task('a/b', 4), epoch: 'e1' });
    expect(seen).toMatchObject([
      {
        method: 'PATCH',
        url: '/api/v1/tasks/a%2Fb',
        headers: { 'idempotency-key': 'key-1', 'if-match': '"3"', authorization: 'Bearer token-1' },
        body: '{"title":"T"}',
      },
    ]);
  });

  it.each<[string, Mutation, Partial<Seen>]>([
    [
      'create',
      { kind: 'create', id: 'k', taskId: 'u', task: { title: 'N' }, draft: task('u', 0) },
      { method: 'POST', url: '/api/v1/tasks', body: '{"id":"u","title":"N"}' },
    ],
    ['delete', { kind: 'delete', id: 'k', taskId: 'u' }, { method: 'DELETE', url: '/api/v1/tasks/u', body: '' }],
    [
      'restore',
      { kind: 'restore', id: 'k', taskId: 'u' },
      { method: 'POST', url: '/api/v1/tasks/u/restore', body: '' },
    ],
  ])('[OB3] carries out a %s', async (_, mutation, request) => {
    reply(200, { task: { id: 'u', version: 2 }, epoch: 'e1' });
    expect(await connector().mutate(mutation, never)).toMatchObject({ outcome: 'done', task: { id: 'u', version: 2 } });
    expect(seen).toMatchObject([request]);
  });

  it.each<[number, unknown, Record<string, string>, unknown]>([
    [404, { detail: 'Gone.' }, {}, { outcome: 'gone' }],
    [410, '', {}, { outcome: 'gone' }],
    [412, { task: task('a/b', 9) }, {}, { outcome: 'conflict', current: task('a/b', 9) }],
    [400, { detail: 'A title is needed.' }, {}, { outcome: 'rejected', status: 400, reason: 'A title is needed.' }],
    [409, {}, { 'retry-after': '2' }, { outcome: 'retry', afterMs: 2_000 }],
    [429, {}, { 'retry-after': '1' }, { outcome: 'retry', afterMs: 1_000 }],
    [403, { detail: 'Timeout, in progress: retry.' }, {}, { outcome: 'rejected', status: 403 }],
    [422, { detail: 'Not found, conflict.' }, {}, { outcome: 'rejected', status: 422 }],
    [500, { detail: 'Rejected for good: 400.' }, {}, { outcome: 'retry' }],
    [500, 'task deleted: success', {}, { outcome: 'retry' }],
    [503, '<html>', {}, { outcome: 'retry' }],
  ])('[OB4] decides by the status %i, not by its words', async (status, body, headers, answer) => {
    reply(status, body, headers);
    expect(await connector().mutate(update, never)).toMatchObject(answer as object);
  });

  const create: Mutation = { kind: 'create', id: 'k', taskId: 'a/b', task: { title: 'N' }, draft: task('a/b', 0) };

  it.each<[string, Mutation, number, [status: number, body: unknown], unknown]>([
    [
      '412 and a newer task',
      update,
      412,
      [200, { task: task('a/b', 9) }],
      { outcome: 'conflict', current: task('a/b', 9) },
    ],
    [
      '409 and a newer task',
      update,
      409,
      [200, { task: task('a/b', 9) }],
      { outcome: 'conflict', current: task('a/b', 9) },
    ],
    ['409 and the same task', update, 409, [200, { task: task('a/b', 3) }], { outcome: 'rejected', reason: 'No.' }],
    ['409 and no task any more', update, 409, [404, {}], { outcome: 'gone' }],
    ['409 and no answer', update, 409, [503, {}], { outcome: 'retry' }],
    ['409 and rubbish', update, 409, [200, 'rubbish'], { outcome: 'rejected', reason: 'No.' }],
    ['a create that is there', create, 409, [200, { task: task('a/b', 1) }], { outcome: 'done', task: task('a/b', 1) }],
    ['a create whose id is somebody else’s', create, 409, [404, {}], { outcome: 'rejected', status: 409 }],
  ])('[OB30] looks again before a conflict costs a write: %s', async (_, mutation, status, [found, body], answer) => {
    reply(status, { detail: 'No.' });
    reply(found, body);
    expect(await connector().mutate(mutation, never)).toMatchObject(answer as object);
    expect(seen[1]).toMatchObject({
      method: 'GET',
      url: '/api/v1/tasks/a%2Fb',
      headers: { authorization: 'Bearer token-1' },
    });
  });

  it('[OB4] a delete of what is gone is done', async () => {
    reply(404);
    expect(await connector().mutate({ kind: 'delete', id: 'k', taskId: 'u' }, never)).toEqual({ outcome: 'done' });
  });

  it('[AU1] asks for a new token after a 401, once, and then says to try later', async () => {
    reply(401);
    reply(401);
    expect(await connector().mutate(update, never)).toMatchObject({ outcome: 'retry' });
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  it('[AU1] asks for one token for all who wait, and keeps it', async () => {
    for (let request = 0; request < 4; request++) reply(200, { task: task('a/b', 4) });
    const one = connector();
    await Promise.all([one.mutate(update, never), one.mutate(update, never), one.mutate(update, never)]);
    await one.mutate(update, never);
    expect(tokens).toBe(1);
  });

  it('[OB5] rejects for a fault of the network', async () => {
    replies.push((response) => response.destroy());
    await expect(connector().mutate(update, never)).rejects.toThrow();
  });

  it('[RP9] walks all pages of a list and keeps the first page’s positions', async () => {
    reply(200, {
      tasks: [task('a', 1)],
      positions: { 'user:u1': { epoch: 'e', seq: 4 } },
      nextCursor: 'n&1',
      complete: false,
    });
    reply(200, { tasks: [task('b', 1), { id: '' }], positions: {}, complete: true });
    const list = await connector().fetchTasks(never);
    expect(list).toEqual({
      tasks: [task('a', 1), task('b', 1)],
      positions: { 'user:u1': { epoch: 'e', seq: 4 } },
      complete: true,
    });
    expect(seen.map(({ url }) => url)).toEqual(['/api/v1/tasks', '/api/v1/tasks?cursor=n%261']);
  });

  it('[RP64] a list whose pages lead in a circle is an error, not an endless walk', async () => {
    const page = (nextCursor: string) => ({ tasks: [], positions: {}, nextCursor, complete: false });
    for (const next of ['b', 'c', 'b', 'c']) reply(200, page(next));
    await expect(connector().fetchTasks(never)).rejects.toMatchObject({
      status: 502,
      message: 'The server’s task list names its page b twice.',
    });
    expect(seen).toHaveLength(3);
  });

  it('[OB4] a refused list is an error with the server’s words', async () => {
    reply(403, { detail: 'Not yours.' });
    await expect(connector().fetchTasks(never)).rejects.toMatchObject({ status: 403, message: 'Not yours.' });
  });

  it.each(['localhost:8005', 'http://localhost/ws', 'ws://', 'nonsense'])(
    '[RX45] an address that is none says the cure: %s',
    (url) => {
      const cure = 'Set NEXT_PUBLIC_WEBSOCKET_URL, or `url`, to one such as ws://localhost:8005/ws.';
      expect(() => native({ url })).toThrow(`"${url}" is no ws:// or wss:// address. ${cure}`);
      expect(native({ url, apiUrl: 'http://localhost/api/v1' }).name).toBe('taskwire');
    },
  );

  it('[RX45] an empty NEXT_PUBLIC_WEBSOCKET_URL counts as none', () => {
    vi.stubEnv('NEXT_PUBLIC_WEBSOCKET_URL', '');
    expect(native().socketUrl('u1')).toBe('ws://localhost:8005/ws');
    vi.unstubAllEnvs();
  });
});
