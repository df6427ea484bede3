import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type ApiAnswer, userOf } from './support/api';
import { PATIENT_MS, POLLING } from './support/patience';
import { useBuiltService } from './support/service-process';
import { createTempDir } from './support/temp-dir';
import { openNative } from './support/test-socket';

/** Files of a few MiB: 512 bytes in one shell, 1,024 in another. */
const FILE_BLOCKS = 4_096;

interface Attempt {
  readonly body: { readonly id: string; readonly title: string; readonly description: string };
  readonly key: string;
  answer?: ApiAnswer;
}

describe('a disk that fills up', { timeout: PATIENT_MS }, () => {
  const built = useBuiltService();

  it('[LG14, LG45, LG46, SV4] loses nothing that was acknowledged, says what it can’t do, and all else works once there is room', async () => {
    const env = { DATA_DIR: createTempDir() };
    const attempts: Attempt[] = [];
    let service = await built.start(env, FILE_BLOCKS);
    const { id: userId, token } = await service.api.signIn('Ada');
    const reader = await openNative(service.url, token);
    const send = async (attempt: Attempt): Promise<void> => {
      const { body, key } = attempt;
      const headers = { 'idempotency-key': key };
      attempt.answer = await service.api.call('POST', '/api/v1/tasks', { token, body, headers });
    };
    const idsOf = (isWanted: (status: number | undefined) => boolean) =>
      attempts.filter(({ answer }) => isWanted(answer?.status)).map(({ body }) => body.id);
    const stored = async (): Promise<readonly string[]> => {
      const ids: string[] = [];
      for (let cursor: string | undefined = ''; cursor !== undefined; ) {
        const path = `/api/v1/tasks?limit=500${cursor === '' ? '' : `&cursor=${cursor}`}`;
        const { body }: ApiAnswer = await userOf(service.api.call, userId, token).call('GET', path);
        ids.push(...body.tasks.map(({ id }) => id));
        cursor = body.nextCursor;
      }
      return ids.sort();
    };
    const statusOf = async (path: string): Promise<number> => (await service.api.call('GET', path)).status;

    const description = 'x'.repeat(12_000);
    // At the edge a smaller one may still fit.
    let refusedInARow = 0;
    const write = async (): Promise<void> => {
      while (refusedInARow < 40) {
        const attempt: Attempt = { body: { id: randomUUID(), title: 'milk', description }, key: randomUUID() };
        attempts.push(attempt);
        await send(attempt);
        refusedInARow = attempt.answer?.status === 201 ? 0 : refusedInARow + 1;
      }
    };
    await Promise.all(Array.from({ length: 8 }, write));
    for (const { answer } of attempts.filter(({ answer }) => answer?.status !== 201)) {
      expect(answer).toMatchObject({
        status: 503,
        body: { status: 503, detail: expect.stringMatching(/nothing was changed/) },
      });
      expect(answer?.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(Number(answer?.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    const acknowledged = idsOf((status) => status === 201).sort();
    expect([await statusOf('/ready'), await statusOf('/health')]).toEqual([503, 200]);
    expect(await stored()).toEqual(acknowledged);
    await expect.poll(() => reader.events().length, POLLING).toBe(acknowledged.length);
    expect(
      reader
        .events()
        .map(({ taskId }) => taskId)
        .sort(),
    ).toEqual(acknowledged);
    reader.send({ type: 'ping', id: 'still there' });
    await reader.waitFor((message) => message.type === 'pong');

    await service.end('SIGKILL');
    // Also the database itself has no room now to take in what was logged.
    service = await built.start(env, FILE_BLOCKS / 4);
    expect(await statusOf('/ready')).toBe(503);
    expect(await stored()).toEqual(acknowledged);
    expect(await service.end('SIGTERM')).toMatchObject({ code: 0 });

    service = await built.start(env);
    expect(await statusOf('/ready')).toBe(200);
    for (const attempt of attempts) {
      const first = attempt.answer?.status === 201 ? attempt.answer.text : undefined;
      await send(attempt);
      expect(attempt.answer).toMatchObject({ status: 201, ...(first !== undefined && { text: first }) });
    }
    expect(await stored()).toEqual(idsOf(() => true).sort());
  });
});
