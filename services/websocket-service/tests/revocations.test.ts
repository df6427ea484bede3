import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { followRevocations } from '@/auth/follow-revocations';
import { createHesitation, refuseLate } from '@/auth/late-refusals';
import { Revocations } from '@/auth/revocations';
import { CloseCode } from '@/lib/protocol';
import { InvalidToken } from '@/ports/identity';
import { silentLogger } from '@/ports/logger';
import type { Revocation } from '@/ports/revocation';
import { createApi } from './support/api';
import { createManualClock } from './support/manual-clock';
import { PATIENT_MS } from './support/patience';
import { createTempDir } from './support/temp-dir';
import { startTestService, type TestService } from './support/test-service';
import { helloOf, openNative, openSocket } from './support/test-socket';
import { secondsFromNow, signToken, TEST_SECRET, TEST_SERVICE_KEY } from './support/tokens';

const exp = secondsFromNow(3_600);
const config = { jwtSecret: TEST_SECRET };

function revoke({ internalUrl }: TestService, body: object, token = TEST_SERVICE_KEY) {
  return createApi(internalUrl).call('POST', '/revocations', { token, body });
}

describe('a revocation', { timeout: PATIENT_MS }, () => {
  it('[AU44] of a user ends the sockets and requests of tokens from before, and of nobody else', async () => {
    const service = await startTestService({ config });
    const tokenOf = (sub: string, iat = secondsFromNow(-60)) => signToken({ sub, exp, iat });
    const native = await openNative(service.url, tokenOf('ada'));
    const headers = { authorization: `Bearer ${tokenOf('ada')}` };
    const plain = await openSocket(service.url, { protocol: null, headers });
    plain.send({ type: 'ping' });
    await plain.waitFor('pong');
    const other = await openNative(service.url, tokenOf('eve'));
    expect((await revoke(service, { userId: 'ada' })).status).toBe(200);
    for (const socket of [native, plain]) {
      expect(await socket.closed).toEqual({ code: CloseCode.unauthorized, reason: 'the token was revoked' });
    }
    const again = await openSocket(service.url);
    again.send(helloOf(tokenOf('ada')));
    expect((await again.closed).code).toBe(CloseCode.unauthorized);
    expect((await service.api.call('GET', '/api/v1/tasks', { token: tokenOf('ada') })).status).toBe(401);
    expect((await service.api.call('GET', '/api/v1/tasks', { token: signToken({ sub: 'ada', exp }) })).status).toBe(
      401,
    );
    expect((await service.api.call('GET', '/api/v1/tasks', { token: tokenOf('ada', secondsFromNow(1)) })).status).toBe(
      200,
    );
    other.send({ type: 'ping' });
    await other.waitFor('pong');
  });

  it('[AU44] of one token leaves the user’s other tokens, and outlives a restart', async () => {
    const dataDir = createTempDir();
    const service = await startTestService({ config: { ...config, dataDir } });
    const [lost, kept] = [randomUUID(), randomUUID()].map((jti) => ({
      jti,
      token: signToken({ sub: 'ada', exp, jti }),
    }));
    const sockets = [
      await openNative(service.url, lost?.token ?? ''),
      await openNative(service.url, kept?.token ?? ''),
    ];
    await revoke(service, { jti: lost?.jti });
    expect((await sockets[0]?.closed)?.code).toBe(CloseCode.unauthorized);
    sockets[1]?.send({ type: 'ping' });
    await sockets[1]?.waitFor('pong');
    await service.service.close();
    const restarted = await startTestService({ config: { ...config, dataDir } });
    const list = (token = '') => restarted.api.call('GET', '/api/v1/tasks', { token });
    expect([(await list(lost?.token)).status, (await list(kept?.token)).status]).toEqual([401, 200]);
  });

  it.each([{}, { userId: 'a', jti: 'b' }, { userId: '' }, { userId: 7 }])('[AU44] refuses %j', async (body) => {
    expect((await revoke(await startTestService(), body)).status).toBe(400);
  });

  it('[AU40, AU44] takes a service key, and no user’s token', async () => {
    const service = await startTestService();
    const { token } = await service.signIn('Ada');
    expect((await revoke(service, { userId: 'ada' }, token)).status).toBe(401);
    expect((await service.api.call('POST', '/revocations', { token: TEST_SERVICE_KEY })).status).toBe(404);
  });

  it('[AU45] that another replica made is found at the next look, half a second later, also over a failure', async () => {
    const clock = createManualClock();
    const made: Revocation[] = [{ kind: 'jti', value: 'old', at: 0 }];
    let isBroken = false;
    const store = {
      revocationsSince: async (since: number) => {
        if (isBroken) throw new Error('away');
        return made.filter(({ at }) => at >= since);
      },
    };
    const revocations = new Revocations();
    const stop = await followRevocations({ store, revocations, clock, log: silentLogger, pollMs: 500 });
    const identity = { userId: 'ada', expiresAt: 0, issuedAt: clock.now() - 1_000 };
    expect(revocations.isRevoked({ ...identity, jti: 'old' })).toBe(true);
    let heard = 0;
    const unwatch = revocations.watch(identity, () => {
      heard += 1;
    });
    const look = async () => {
      clock.advance(500);
      await new Promise((resolve) => setImmediate(resolve));
    };
    isBroken = true;
    made.push({ kind: 'user', value: 'ada', at: clock.now() - 60_000 });
    await look();
    isBroken = false;
    await look();
    expect([revocations.isRevoked({ ...identity, issuedAt: 0 }), heard]).toEqual([true, 0]);
    made.push({ kind: 'user', value: 'ada', at: clock.now() });
    await look();
    expect(heard).toBe(1);
    unwatch();
    stop();
    await look();
    expect([heard, clock.pending]).toEqual([1, 0]);
  });
});

describe('a late refusal', () => {
  it('[AU41] comes half a second after bad credentials, good ones at once', async () => {
    const clock = createManualClock();
    const verify = refuseLate(
      async (token) => {
        if (token === 'bad') throw new InvalidToken('no');
        return { userId: 'ada', expiresAt: 0 };
      },
      createHesitation(clock, 500),
    );
    expect(await verify('good')).toMatchObject({ userId: 'ada' });
    let refused = 0;
    const refusal = verify('bad').catch(() => {
      refused += 1;
    });
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(499);
    await new Promise((resolve) => setImmediate(resolve));
    expect(refused).toBe(0);
    clock.advance(1);
    await refusal;
    expect(refused).toBe(1);
  });
});
