import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_LIMITS } from '@/config/limits';
import { readLimits } from '@/config/read-limits';
import { readTrustedProxies } from '@/config/trust-proxy';
import { CloseCode } from '@/lib/protocol';
import { createClientAddress } from '@/limits/client-address';
import { TokenBuckets } from '@/limits/token-buckets';
import { createTraffic } from '@/limits/traffic';
import { createManualClock } from './support/manual-clock';
import { PATIENT_MS } from './support/patience';
import { startTestService } from './support/test-service';
import { openNative, openSocket } from './support/test-socket';

describe('a bucket', () => {
  it('[LM13] gives what it holds, says when the next one is there, and fills evenly', () => {
    const clock = createManualClock();
    const buckets = new TokenBuckets({ count: 2, perMs: 1_000 }, clock.now);
    expect([buckets.take('a'), buckets.take('a'), buckets.take('a')]).toEqual([0, 0, 500]);
    expect(buckets.take('__proto__')).toBe(0);
    clock.advance(499);
    expect(buckets.take('a')).toBe(1);
    clock.advance(1);
    expect([buckets.take('a'), buckets.take('a')]).toEqual([0, 500]);
    clock.advance(60_000);
    expect([buckets.take('a'), buckets.take('a'), buckets.take('a')]).toEqual([0, 0, 500]);
  });

  it('[LM13] forgets whoever has been quiet, and gives nothing for a clock that is set back', () => {
    let now = 10_000;
    const buckets = new TokenBuckets({ count: 1, perMs: 1_000 }, () => now);
    for (let index = 0; index < 1_000; index += 1) buckets.take(`key ${index}`);
    now = 5_000;
    expect(buckets.take('key 999')).toBe(1_000);
    now = 12_000;
    buckets.take('other');
    expect(buckets.size).toBe(1);
  });
});

describe('a broken clock', () => {
  it('[LM13] refuses nobody', () => {
    const buckets = new TokenBuckets({ count: 2, perMs: 1_000 }, () => Number.NaN);
    expect([buckets.take('a'), buckets.take('a')]).toEqual([0, 0]);
  });
});

describe('the default rates', () => {
  it.each([
    ['connectAs', DEFAULT_LIMITS.maxConnectionsPerUser],
    ['connectFrom', DEFAULT_LIMITS.maxConnectionsPerAddress],
  ] as const)('[LM28] let %s bring all %i connections back twenty times within a minute', (method, connections) => {
    const clock = createManualClock();
    const traffic = createTraffic(DEFAULT_LIMITS, clock.now, { limitRefusals: { add: () => {} } });
    for (let round = 0; round < 20; round += 1) {
      const open = Array.from({ length: connections }, () => traffic[method]('one'));
      expect(open.filter((answer) => typeof answer === 'object')).toEqual([]);
      for (const leave of open) if (typeof leave === 'function') leave();
      clock.advance(2_900);
    }
  });
});

describe('the address of a client', () => {
  const of = (trusted: Parameters<typeof createClientAddress>[0], remoteAddress: string, forwarded?: string) =>
    createClientAddress(trusted)({
      headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
      socket: { remoteAddress },
    } as Parameters<ReturnType<typeof createClientAddress>>[0]);

  it.each([
    [[], '203.0.113.9', '1.2.3.4', '203.0.113.9'],
    [['127.0.0.1'], '127.0.0.1', '1.2.3.4', '1.2.3.4'],
    [['127.0.0.1'], '::ffff:127.0.0.1', '9.9.9.9, 1.2.3.4', '1.2.3.4'],
    [['127.0.0.1', '10.0.0.0/8'], '127.0.0.1', '9.9.9.9, 1.2.3.4, 10.1.2.3', '1.2.3.4'],
    [['127.0.0.1'], '127.0.0.1', 'nonsense', '127.0.0.1'],
    [['127.0.0.1'], '127.0.0.1', undefined, '127.0.0.1'],
    [1, '203.0.113.9', '9.9.9.9, 1.2.3.4', '1.2.3.4'],
    [2, '203.0.113.9', '9.9.9.9, 1.2.3.4, 10.0.0.1', '1.2.3.4'],
    [0, '203.0.113.9', '1.2.3.4', '203.0.113.9'],
    [[], '2001:db8:1:2:3:4:5:6', undefined, '2001:db8:1:2::/64'],
    [[], '2001:db8::1', undefined, '2001:db8:0:0::/64'],
    [[], 'fe80::1%eth0', undefined, 'fe80:0:0:0::/64'],
    [['::1'], '::1', '2001:db8::7', '2001:db8:0:0::/64'],
  ] as const)('[LM14] with %j trusted, %s and %s is %s', (trusted, remote, forwarded, expected) => {
    expect(of(trusted, remote, forwarded)).toBe(expected);
  });
});

describe('the settings of limits', () => {
  it.each([
    [{ CONNECTS_PER_USER: '5' }, /^CONNECTS_PER_USER is "5": set it to how many in how many seconds/],
    [{ MESSAGES_PER_USER: '0/10s' }, /^MESSAGES_PER_USER/],
    [{ MAX_CONNECTIONS_PER_USER: '0' }, /^MAX_CONNECTIONS_PER_USER is "0": set it to a number/],
    [{ MAX_QUEUED_BYTES: '1e6' }, /^MAX_QUEUED_BYTES/],
    [{ TRUST_PROXY: 'all' }, /^TRUST_PROXY holds "all": list the addresses/],
    [{ TRUST_PROXY: '10.0.0.0/33' }, /^TRUST_PROXY/],
  ])('[SV27] refuse %j with the cure', (env, fault) => {
    const faults: string[] = [];
    readLimits(env, faults);
    readTrustedProxies(env, faults);
    expect(faults).toEqual([expect.stringMatching(fault)]);
  });

  it('[SV27] take what is set, and off', () => {
    const faults: string[] = [];
    const env = { CONNECTS_PER_USER: '5/1s', MESSAGES_PER_USER: 'off', MAX_CONNECTIONS_PER_ADDRESS: '7' };
    expect(readLimits(env, faults)).toMatchObject({
      connectsPerUser: { count: 5, perMs: 1_000 },
      messagesPerUser: { count: Number.POSITIVE_INFINITY },
      maxConnectionsPerAddress: 7,
    });
    expect(readTrustedProxies({ TRUST_PROXY: '10.0.0.0/8, ::1' }, faults)).toEqual(['10.0.0.0/8', '::1']);
    expect(readTrustedProxies({ TRUST_PROXY: '2' }, faults)).toBe(2);
    expect(faults).toEqual([]);
  });
});

describe('rates', { timeout: PATIENT_MS }, () => {
  const few = { count: 2, perMs: 60_000 };

  it.each(['connectsPerUser', 'connectsPerAddress'] as const)(
    '[LM13] more %s are closed with 4429 and advice',
    async (limit) => {
      const { url, signIn } = await startTestService({ limits: { [limit]: few } });
      const { token } = await signIn('Ada');
      const headers = { authorization: `Bearer ${token}` };
      for (let index = 0; index < 2; index += 1) {
        const socket = await openNative(url, token);
        socket.socket.close();
        await socket.closed;
      }
      const { code, reason } = await (await openSocket(url, { protocol: null, headers })).closed;
      expect(code).toBe(CloseCode.tooMany);
      expect(JSON.parse(reason).retryAfterMs).toBeGreaterThan(20_000);
    },
  );

  it.each(['messagesPerUser', 'messagesPerAddress'] as const)(
    '[LM13] more %s close with 4429, whatever they say',
    async (limit) => {
      const { url, signIn } = await startTestService({ limits: { [limit]: { count: 20, perMs: 60_000 } } });
      const { token } = await signIn('Ada');
      const headers = { authorization: `Bearer ${token}` };
      const flood =
        limit === 'messagesPerUser' ? await openNative(url, token) : await openSocket(url, { protocol: null, headers });
      for (let index = 0; index < 25; index += 1) flood.send({ type: 'subscribe', channel: `project:${index}` });
      expect((await flood.closed).code).toBe(CloseCode.tooMany);
    },
  );

  it.each(['requestsPerUser', 'requestsPerAddress'] as const)(
    '[LM13] more %s are answered 429 with Retry-After',
    async (limit) => {
      const service = await startTestService({ limits: { [limit]: { count: 3, perMs: 3_000 } } });
      const { token } = await service.signIn('Ada');
      const answers = [];
      for (let index = 0; index < 4; index += 1)
        answers.push(await service.api.call('GET', '/api/v1/tasks', { token }));
      const last = answers.at(-1);
      expect([last?.status, last?.headers.get('retry-after'), last?.body.status]).toEqual([429, '1', 429]);
      expect((await service.api.call('GET', '/health')).status).toBe(200);
    },
  );

  it('[LM14] count the client behind a trusted proxy, not the proxy', async () => {
    const limits = { maxConnectionsPerAddress: 1 };
    const { url } = await startTestService({ config: { trustedProxies: ['127.0.0.1'] }, limits });
    const from = (address: string) => openSocket(url, { headers: { 'x-forwarded-for': `6.6.6.6, ${address}` } });
    const first = await from('1.1.1.1');
    const second = await from('2.2.2.2');
    expect((await (await from('1.1.1.1')).closed).code).toBe(CloseCode.tooMany);
    expect([first.socket.readyState, second.socket.readyState]).toEqual([1, 1]);
  });

  it('[LM15] drops the network connections of an address beyond its limit, and takes them again later', async () => {
    const { url } = await startTestService({ limits: { maxSocketsPerAddress: 2 } });
    const { hostname, port } = new URL(url);
    const open = () => {
      const socket = connect(Number(port), hostname);
      onTestFinished(() => void socket.destroy());
      socket.on('error', () => {});
      const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
      return { socket, closed };
    };
    const mute = [open(), open()];
    await Promise.all(mute.map(({ socket }) => new Promise((resolve) => socket.once('connect', resolve))));
    await open().closed;
    for (const { socket, closed } of mute) {
      socket.destroy();
      await closed;
    }
    await expect
      .poll(() =>
        fetch(`${url}/health`).then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200);
  });
});
