import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { ApiAnswer, User } from './support/api';
import { PATIENT_MS, POLLING } from './support/patience';
import { createDatabase } from './support/postgres';
import { startTestService } from './support/test-service';

const PLACES = [
  { name: 'embedded SQLite', create: async () => ({}) },
  { name: 'PostgreSQL', create: async () => ({ databaseUrl: await createDatabase() }) },
];

/** Writes that can be sent again with their key: what they change, and how. */
const WRITES = [
  { method: 'POST', pathOf: () => '/api/v1/tasks', body: { title: 'milk' } },
  { method: 'PUT', pathOf: (id: string) => `/api/v1/tasks/${id}`, body: { title: 'oats', note: 1 } },
  { method: 'PATCH', pathOf: (id: string) => `/api/v1/tasks/${id}`, body: { note: 1 } },
] as const;

interface Wish {
  readonly method: string;
  readonly path: string;
  readonly body: object;
  readonly key: string;
}

function headOf({ method, path, key }: Wish, token: string, length: string): string {
  return `${method} ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nIdempotency-Key: ${key}\r\n${length}\r\n\r\n`;
}

/** The request in one piece. */
function wholeOf(wish: Wish, token: string): string {
  const body = JSON.stringify(wish.body);
  return `${headOf(wish, token, `Content-Length: ${Buffer.byteLength(body)}`)}${body}`;
}

/** Sends bytes and goes away without having read anything; `reset`: the connection is torn. */
async function sendAndGo(url: string, bytes: string, how: 'end' | 'reset'): Promise<void> {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  await once(socket, 'connect');
  await new Promise<void>((resolve) => socket.write(bytes, () => resolve()));
  const closed = once(socket, 'close');
  if (how === 'reset') socket.resetAndDestroy();
  else socket.end();
  socket.resume();
  await closed;
}

/** Sends it until it is not in progress any more. */
async function repeat(user: User, { method, path, body, key }: Wish): Promise<ApiAnswer> {
  let answer: ApiAnswer | undefined;
  const send = async () => {
    answer = await user.call(method, path, { body, headers: { 'idempotency-key': key } });
    return answer.status;
  };
  await expect.poll(send, POLLING).not.toBe(409);
  if (answer === undefined) throw new Error('no answer');
  return answer;
}

async function historyOf(user: User, id: string): Promise<readonly unknown[]> {
  return (await user.call('GET', `/api/v1/tasks/${id}/history`)).body.history as readonly unknown[];
}

describe.each(PLACES)('a write that its client cuts off, on $name', { timeout: PATIENT_MS }, ({ create }) => {
  describe.each(WRITES)('$method', ({ method, pathOf, body }) => {
    const setUp = async () => {
      const service = await startTestService({ config: await create() });
      const ada = await service.signIn('Ada');
      const standing = method === 'POST' ? undefined : await ada.create({ title: 'a task' });
      const wish = { method, path: pathOf(standing?.id ?? ''), body, key: randomUUID() };
      const before = standing === undefined ? 0 : 1;
      const tasks = async () => (await ada.call('GET', '/api/v1/tasks')).body;
      const seq = async () => (await tasks()).positions[ada.channel]?.seq ?? 0;
      return { ...service, ada, wish, before, tasks, seq };
    };

    it.each(['end', 'reset'] as const)(
      '[LG56] in the middle (%s) does nothing, and is done once when it is sent again',
      async (how) => {
        const { url, ada, wish, before, tasks, seq } = await setUp();
        const whole = wholeOf(wish, ada.token);
        const body = whole.indexOf('\r\n\r\n') + 4;
        for (const length of [20, body - 2, body, body + 1, whole.length - 1]) {
          await sendAndGo(url, whole.slice(0, length), how);
        }
        // JSON that is whole in a message that is not.
        const text = JSON.stringify(wish.body);
        const chunk = `${text.length.toString(16)}\r\n${text}\r\n`;
        await sendAndGo(url, `${headOf(wish, ada.token, 'Transfer-Encoding: chunked')}${chunk}`, how);
        expect(await seq()).toBe(before);
        const answer = await repeat(ada, wish);
        expect([answer.status < 300, await seq()]).toEqual([true, before + 1]);
        expect((await tasks()).tasks).toEqual([answer.body.task]);
      },
    );

    it.each(['end', 'reset'] as const)(
      '[LG56] right before its answer (%s) is done once, however often it is sent again',
      async (how) => {
        const { url, ada, wish, before, tasks, seq } = await setUp();
        for (let attempt = 0; attempt < 5; attempt += 1) await sendAndGo(url, wholeOf(wish, ada.token), how);
        const answers = [await repeat(ada, wish), await repeat(ada, wish)];
        expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
        const [answer] = answers;
        expect(await seq()).toBe(before + 1);
        expect((await tasks()).tasks).toEqual([answer?.body.task]);
        expect(await historyOf(ada, answer?.body.task.id ?? '')).toHaveLength(before + 1);
      },
    );
  });
});

it(
  '[LG56] a write that is sent again to another replica while the first still works on it is done once',
  async () => {
    const config = { databaseUrl: await createDatabase(), jwtSecret: 's'.repeat(32) };
    const [one, two] = [await startTestService({ config }), await startTestService({ config })];
    const ada = await one.signIn('Ada');
    const elsewhere = await two.signIn('Ada');
    for (let round = 1; round <= 10; round += 1) {
      const wish = { method: 'POST', path: '/api/v1/tasks', body: { title: `${round}` }, key: randomUUID() };
      void sendAndGo(one.url, wholeOf(wish, ada.token), 'reset');
      const answers = await Promise.all([repeat(elsewhere, wish), repeat(ada, wish)]);
      expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
      expect((await ada.call('GET', '/api/v1/tasks')).body.tasks).toHaveLength(round);
    }
  },
  PATIENT_MS,
);
