import { createHmac } from 'node:crypto';
import { exportSPKI } from 'jose';
import { describe, expect, it } from 'vitest';
import { createRemoteKeys } from '@/auth/remote-keys';
import { createTokenVerifier } from '@/auth/token-verifier';
import { CloseCode, decodeCloseAdvice } from '@/lib/protocol';
import { KeysUnavailable } from '@/ports/identity';
import { startKeyServer } from './support/key-server';
import { createManualClock } from './support/manual-clock';
import { PATIENT_MS } from './support/patience';
import { startTestService } from './support/test-service';
import { helloOf, openNative, openSocket } from './support/test-socket';
import { secondsFromNow, signToken, TEST_SECRET } from './support/tokens';

const PREVIOUS = 'the secret that was in use before this one';
const exp = secondsFromNow(3_600);

describe('secrets', () => {
  const verify = createTokenVerifier({ secrets: [TEST_SECRET, PREVIOUS] });

  it('[AU46] verify with the new one and with those of before, and with no other', async () => {
    for (const secret of [TEST_SECRET, PREVIOUS]) {
      expect(await verify(signToken({ sub: 'ada', exp }, { secret }))).toMatchObject({ userId: 'ada' });
    }
    await expect(verify(signToken({ sub: 'ada', exp }, { secret: 'x'.repeat(40) }))).rejects.toThrow('signature');
    await expect(verify(signToken({ sub: 'ada', exp: 1 }, { secret: PREVIOUS }))).rejects.toThrow('exp');
  });

  it('[AU46] a service takes tokens of both while a secret is changed', async () => {
    const config = { jwtSecret: TEST_SECRET, previousJwtSecrets: [PREVIOUS] };
    const { url } = await startTestService({ config });
    for (const secret of [TEST_SECRET, PREVIOUS]) await openNative(url, signToken({ sub: 'ada', exp }, { secret }));
  });

  it('[AU47] issuer and audience must be the configured ones', async () => {
    const strict = createTokenVerifier({ secrets: [TEST_SECRET] }, { issuer: 'https://id.example', audience: 'tasks' });
    const good = { sub: 'ada', exp, iss: 'https://id.example', aud: ['tasks', 'more'] };
    expect(await strict(signToken(good))).toMatchObject({ userId: 'ada' });
    for (const bad of [
      { ...good, iss: 'https://evil.example' },
      { ...good, aud: 'mail' },
      { sub: 'ada', exp },
    ]) {
      await expect(strict(signToken(bad))).rejects.toThrow(/iss|aud/);
    }
  });

  it('[AU47] the development login makes tokens that its own service takes', async () => {
    const { url, signIn } = await startTestService({ config: { tokenClaims: { issuer: 'i', audience: 'a' } } });
    await openNative(url, (await signIn('Ada')).token);
  });
});

describe('public keys', { timeout: PATIENT_MS }, () => {
  it('[AU42] verify RS256, ES256 and EdDSA, and their text is no secret', async () => {
    const { url, sign, pairs } = await startKeyServer();
    const verify = createTokenVerifier({ secrets: [], publicKeys: createRemoteKeys(url, createManualClock()) });
    for (const alg of ['RS256', 'ES256', 'EdDSA'] as const) {
      expect(await verify(await sign(alg, { sub: alg }))).toMatchObject({ userId: alg });
    }
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    for (const kid of ['RS256', 'ES256']) {
      const text = `${encode({ alg: 'HS256', kid })}.${encode({ sub: 'ada', exp })}`;
      const publicText = await exportSPKI(pairs[kid as 'RS256'].publicKey);
      const forged = `${text}.${createHmac('sha256', publicText).update(text).digest('base64url')}`;
      await expect(verify(forged)).rejects.toThrow('no secret');
    }
    await expect(verify(signToken({ sub: 'ada', exp }, { alg: 'none' }))).rejects.toThrow();
  });

  it('[AU42] a key verifies its own algorithm alone, and secrets none of theirs', async () => {
    const { url, sign } = await startKeyServer();
    const verify = createTokenVerifier({
      secrets: [TEST_SECRET],
      publicKeys: createRemoteKeys(url, createManualClock()),
    });
    await expect(verify(await sign('RS256', { sub: 'ada' }, 'ES256'))).rejects.toThrow();
    const bySecretAlone = createTokenVerifier({ secrets: [TEST_SECRET] });
    await expect(bySecretAlone(await sign('RS256', { sub: 'ada' }))).rejects.toThrow('not accepted');
  });

  it('[AU43] that can’t be had say nothing about a token, and their address is left alone for 5 s', async () => {
    const { url, sign, state } = await startKeyServer();
    const clock = createManualClock();
    const verify = createTokenVerifier({ secrets: [], publicKeys: createRemoteKeys(url, clock) });
    const token = await sign('ES256', { sub: 'ada' });
    state.isBroken = true;
    for (let attempt = 0; attempt < 20; attempt += 1) {
      await expect(verify(token)).rejects.toBeInstanceOf(KeysUnavailable);
    }
    expect(state.asked).toBe(1);
    state.isBroken = false;
    clock.advance(5_000);
    expect(await verify(token)).toMatchObject({ userId: 'ada' });
  });

  it('[AU43] that can’t be had close with 1013 and advice, never 4401, and answer 503', async () => {
    const { url: jwksUrl, sign, state } = await startKeyServer();
    state.isBroken = true;
    const { url, api } = await startTestService({ config: { jwksUrl } });
    const token = await sign('ES256', { sub: 'ada' });
    const socket = await openSocket(url);
    socket.send(helloOf(token));
    const { code, reason } = await socket.closed;
    expect([code, decodeCloseAdvice(reason)]).toEqual([CloseCode.overloaded, { retryAfterMs: 5_000, spreadMs: 5_000 }]);
    const answer = await api.call('GET', '/api/v1/tasks', { token });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
  });
});
