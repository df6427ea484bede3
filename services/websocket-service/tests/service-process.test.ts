import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CloseCode, decodeCloseAdvice, type Position } from '@/lib/protocol';
import { type ApiAnswer, userOf } from './support/api';
import { PATIENT_MS, POLLING } from './support/patience';
import { createDatabase } from './support/postgres';
import { useBuiltService } from './support/service-process';
import { createTempDir } from './support/temp-dir';
import { openNative, openSocket } from './support/test-socket';
import { secondsFromNow, signToken } from './support/tokens';

const SECRET = 'a secret of production, long enough';

/** One create as a client with an outbox sends it. */
interface Attempt {
  readonly id: string;
  readonly key: string;
  answer?: ApiAnswer;
}

describe('the service as a process', { timeout: PATIENT_MS }, () => {
  const built = useBuiltService();

  it('[SV29, SV4, SV17, LG9, AU18] loses nothing and doubles nothing when it is killed at work, again and again', async () => {
    const dataDir = createTempDir();
    const attempts: Attempt[] = [];
    let service = await built.start({ DATA_DIR: dataDir });
    const { id: userId, token } = await service.api.signIn('Ada');
    const { epoch } = (await service.api.call('GET', '/api/v1/tasks', { token })).body.positions[
      `user:${userId}`
    ] as Position;
    const seen: number[] = [];
    let position: Position = { epoch, seq: 0 };

    const send = async (attempt: Attempt): Promise<void> => {
      const body = { id: attempt.id, title: 'milk' };
      const headers = { 'idempotency-key': attempt.key };
      attempt.answer = await service.api.call('POST', '/api/v1/tasks', { token, body, headers });
    };
    const write = async (isOver: () => boolean): Promise<void> => {
      while (!isOver()) {
        const attempt: Attempt = { id: randomUUID(), key: randomUUID() };
        attempts.push(attempt);
        await send(attempt);
      }
    };

    for (let round = 1; round <= 4; round += 1) {
      const reader = await openNative(service.url, token, position);
      const before = attempts.length;
      let isKilled = false;
      const writers = Array.from({ length: 8 }, () => write(() => isKilled).catch(() => undefined));
      await expect.poll(() => attempts.length, { ...POLLING, interval: 1 }).toBeGreaterThan(before + 20 * round);
      const ended = service.end('SIGKILL');
      isKilled = true;
      expect((await ended).signal).toBe('SIGKILL');
      await Promise.all(writers);
      await reader.closed;
      const subscribed = reader.messages.find((message) => message.type === 'subscribed');
      expect(subscribed).toMatchObject({ recovered: true });
      for (const event of reader.events()) {
        seen.push(event.seq as number);
        position = { epoch, seq: event.seq as number, eventId: event.eventId as string };
      }

      service = await built.start({ DATA_DIR: dataDir });
      const acknowledged = attempts.filter((attempt) => attempt.answer !== undefined);
      const list = await userOf(service.api.call, userId, token).call('GET', '/api/v1/tasks?limit=500');
      const known = new Set(list.body.tasks.map((task) => task.id));
      expect(acknowledged.filter((attempt) => !known.has(attempt.id))).toEqual([]);
      for (const attempt of attempts) {
        const first = attempt.answer?.text;
        await send(attempt);
        expect(attempt.answer).toMatchObject({ status: 201, ...(first !== undefined && { text: first }) });
      }
    }

    const last = await openNative(service.url, token, position);
    const { replayed } = await last.waitFor((message) => message.type === 'subscribed' && message.recovered === true);
    await last.until(() => last.events().length === replayed);
    seen.push(...last.events().map((event) => event.seq as number));
    expect(seen).toEqual(Array.from({ length: attempts.length }, (_, index) => index + 1));
    const { body } = await service.api.call('GET', '/api/v1/tasks?limit=500', { token });
    expect(body.tasks.map((task) => task.id)).toEqual(attempts.map((attempt) => attempt.id).sort());
    expect(body.epoch ?? epoch).toBe(epoch);
    expect((await service.api.signIn('Ada')).id).toBe(userId);
  });

  it('[SV25] says goodbye with advice when it is asked to end, and gives its directory back', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const dataDir = createTempDir();
      const service = await built.start({ DATA_DIR: dataDir });
      const { token } = await service.api.signIn('Ada');
      const native = await openNative(service.url, token);
      const mute = await openSocket(service.url);
      const ended = service.end(signal);
      for (const socket of [native, mute]) {
        const { code, reason } = await socket.closed;
        expect(code).toBe(CloseCode.restarting);
        expect(decodeCloseAdvice(reason)).toEqual({ retryAfterMs: 1_000, spreadMs: 1_000 });
      }
      expect(await ended).toMatchObject({ code: 0 });
      const again = await built.start({ DATA_DIR: dataDir });
      expect((await again.api.call('GET', '/ready')).status).toBe(200);
    }
  });

  it('[AU18] writes its data for its own user alone', async () => {
    const dataDir = createTempDir();
    await built.start({ DATA_DIR: dataDir });
    const files = readdirSync(dataDir);
    expect(files).toContain('taskwire.db');
    for (const file of files) expect(statSync(join(dataDir, file)).mode & 0o077).toBe(0);
  });

  it('[SV25] ends though a peer does not answer', async () => {
    const service = await built.start({ DATA_DIR: createTempDir() });
    const { token } = await service.api.signIn('Ada');
    const socket = await openNative(service.url, token);
    socket.socket.pause();
    expect(await service.end('SIGTERM')).toMatchObject({ code: 0 });
  });

  it('[SV28, LG13] refuses a directory that another service holds, and takes it when that one was killed', async () => {
    const dataDir = createTempDir();
    const first = await built.start({ DATA_DIR: dataDir });
    const { code, output } = await built.run({ DATA_DIR: dataDir });
    expect(code).toBe(1);
    expect(output.trim().split('\n')).toEqual([expect.stringMatching(`${dataDir} is in use .* DATA_DIR`)]);
    expect((await first.api.call('GET', '/ready')).status).toBe(200);
    await first.end('SIGKILL');
    await built.start({ DATA_DIR: dataDir });
  });

  it.each(['SERVICE_PORT', 'INTERNAL_PORT'])(
    '[SV28, SV102] refuses a port that is taken, and says that %s moves it',
    async (variable) => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => void server.close());
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const { code, output } = await built.run({ DATA_DIR: createTempDir(), [variable]: `${port}` });
      expect(code).toBe(1);
      expect(output.trim().split('\n')).toEqual([expect.stringMatching(`Port ${port} .* is taken: .* ${variable}`)]);
    },
  );

  it('[SV42] refuses a PostgreSQL that is not there or does not let it in, and never says a password', async () => {
    const free = new URL(await createDatabase());
    const urls = [
      Object.assign(new URL(free), { port: '1', username: 'ada', password: 'geheim' }),
      Object.assign(new URL(free), { hostname: 'nowhere.invalid', username: 'ada', password: 'geheim' }),
      Object.assign(new URL(free), { pathname: '/no_such_database' }),
    ];
    for (const url of urls) {
      const { code, output } = await built.run({ DATABASE_URL: url.href, DATA_DIR: createTempDir() });
      expect([code, output]).toEqual([
        1,
        expect.stringMatching(/^The PostgreSQL at .*(can't be reached|has no such database).*: .*correct DATABASE_URL/),
      ]);
      expect(output).not.toContain('geheim');
    }
    const { code, output } = await built.run({ DATABASE_URL: 'mysql://ada:geheim@db/tasks' });
    expect([code, output]).toEqual([1, expect.stringMatching(/DATABASE_URL is no address of a PostgreSQL: set it to/)]);
    expect(output).not.toContain('geheim');
  });

  it('[SV28] refuses a directory that can’t be made', async () => {
    const { code, output } = await built.run({ DATA_DIR: '/dev/null/data' });
    expect([code, output]).toEqual([
      1,
      expect.stringMatching(/^The data directory \/dev\/null\/data can.t be made .* DATA_DIR/),
    ]);
  });

  it.each([
    [
      'a file',
      (dir: string) => writeFileSync(join(dir, 'data'), ''),
      /^DATA_DIR .*\/data is not a directory: set it to/,
    ],
    [
      'a damaged database',
      (dir: string) => {
        mkdirSync(join(dir, 'data'));
        writeFileSync(join(dir, 'data', 'taskwire.db'), 'garbage'.repeat(2_000));
      },
      /^The database .*\/data\/taskwire.db is damaged.* backup/,
    ],
  ])('[SV28] refuses %s as its data, and says what to do', async (_what, prepare, sentence) => {
    const dir = createTempDir();
    prepare(dir);
    const { code, output } = await built.run({ DATA_DIR: join(dir, 'data') });
    expect([code, output]).toEqual([1, expect.stringMatching(sentence)]);
    expect(output.trim().split('\n')).toHaveLength(1);
  });

  it('[SV28] refuses a place where the system makes no directories, at once', async () => {
    const { code, output } = await built.run({ DATA_DIR: '/proc/nope' });
    expect([code, output]).toEqual([
      1,
      expect.stringMatching(/^The data directory \/proc\/nope can.t be made .* DATA_DIR/),
    ]);
  });

  it.each(['HOST', 'INTERNAL_HOST'])(
    '[SV28, SV102] refuses a value of %s that is no address of the machine',
    async (variable) => {
      const { code, output } = await built.run({ DATA_DIR: createTempDir(), [variable]: '300.1.1.1' });
      expect([code, output]).toEqual([1, expect.stringMatching(`^${variable} is "300.1.1.1", .* set it to`)]);
    },
  );

  it('[AU19] refuses a kept secret that is too short, and says which file', async () => {
    const dataDir = createTempDir();
    writeFileSync(join(dataDir, 'jwt-secret'), 'short');
    const { code, output } = await built.run({ DATA_DIR: dataDir });
    expect([code, output]).toEqual([1, expect.stringMatching(`^The secret in ${dataDir}/jwt-secret .* JWT_SECRET`)]);
  });

  it('[AU19] starts with the short secret of a developer, says the cure, and takes the tokens that it signs', async () => {
    const secret = 'your-secret-key';
    const service = await built.start({ DATA_DIR: createTempDir(), JWT_SECRET: secret });
    expect(service.output()).toMatch(/^JWT_SECRET is too short: set it to 32 bytes or more/m);
    const token = signToken({ sub: 'user-1', exp: secondsFromNow(60) }, { secret });
    expect((await service.api.call('GET', '/api/v1/tasks', { token })).status).toBe(200);
    expect((await (await service.api.signIn('Ada')).call('GET', '/api/v1/tasks')).status).toBe(200);
  });

  it('[SV27, AU19] names every fault of its configuration and does not start', async () => {
    const { code, output } = await built.run({ NODE_ENV: 'production', SERVICE_PORT: 'x', AUTH: 'off' });
    expect(code).toBe(1);
    expect(output.split('\n').filter((line) => line.startsWith('- '))).toHaveLength(3);
    expect(output).not.toContain('listening');
  });

  it('[SV30] has no development login in production', async () => {
    const env = { DATA_DIR: createTempDir(), NODE_ENV: 'production', JWT_SECRET: SECRET, HOST: '127.0.0.1' };
    const service = await built.start(env);
    const answer = await service.api.call('POST', '/api/v1/auth/dev-login', { body: { name: 'Ada' } });
    expect(answer).toMatchObject({ status: 404, body: { status: 404 } });
  });
});
