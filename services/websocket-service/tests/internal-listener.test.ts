import { describe, expect, it } from 'vitest';
import { CloseCode } from '@/lib/protocol';
import { createApi } from './support/api';
import { PATIENT_MS, POLLING } from './support/patience';
import { startTestService, type TestService } from './support/test-service';
import { openNative, openSocket } from './support/test-socket';

/** The value of one line of the metrics. */
async function metricOf({ internalUrl }: TestService, name: string): Promise<number | undefined> {
  const { text } = await createApi(internalUrl).call('GET', '/metrics');
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
}

describe('the internal listener', { timeout: PATIENT_MS }, () => {
  it('[SV100] answers /metrics on its own address alone, and shows no internal page to clients', async () => {
    const service = await startTestService();
    const { status, headers, text } = await createApi(service.internalUrl).call('GET', '/metrics');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    expect(text).toContain('process_cpu_seconds_total');
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
    expect((await service.api.call('GET', '/metrics')).status).toBe(404);
    expect((await createApi(service.internalUrl).call('GET', '/api/v1/tasks')).status).toBe(404);
  });

  it('[SV100] sends problem documents and hardened headers like the public one', async () => {
    const { internalUrl } = await startTestService();
    const answer = await createApi(internalUrl).call('POST', '/metrics', { body: {} });
    expect(answer).toMatchObject({ status: 405, body: { status: 405 } });
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('[SV101] counts sockets, frames, recoveries, appends and closes', async () => {
    const service = await startTestService();
    const ada = await service.signIn('Ada');
    const reader = await openNative(service.url, ada.token);
    await ada.create();
    await reader.until(() => reader.events().length === 1);
    const { channel, seq, eventId } = reader.events()[0] as Record<string, unknown>;
    const epoch = service.service.epoch;
    await ada.create();
    const again = await openNative(service.url, ada.token, { epoch, seq: Number(seq), eventId: String(eventId) });
    await again.until(() => again.events().length === 1);
    expect(channel).toBe(ada.channel);

    expect(await metricOf(service, 'taskwire_connections')).toBe(2);
    expect(await metricOf(service, 'taskwire_messages_in_total')).toBe(2);
    // Two welcomes, two subscribed, one snapshot, one replayed event, two live ones to the first reader.
    expect(await metricOf(service, 'taskwire_messages_out_total')).toBe(8);
    expect(await metricOf(service, 'taskwire_bytes_out_total')).toBeGreaterThan(800);
    expect(await metricOf(service, 'taskwire_recoveries_total{outcome="snapshot"}')).toBe(1);
    expect(await metricOf(service, 'taskwire_recoveries_total{outcome="replay"}')).toBe(1);
    expect(await metricOf(service, 'taskwire_replayed_events_total')).toBe(1);
    expect(await metricOf(service, 'taskwire_append_seconds_count')).toBeGreaterThanOrEqual(3);
    expect(await metricOf(service, 'taskwire_commit_to_client_seconds_count')).toBe(2);
    expect(await metricOf(service, 'taskwire_queued_bytes')).toBe(0);
    expect(await metricOf(service, 'taskwire_log_lag_events')).toBe(0);

    reader.socket.close(1000);
    again.socket.close(4999);
    await Promise.all([reader.closed, again.closed]);
    await expect.poll(() => metricOf(service, 'taskwire_connections'), POLLING).toBe(0);
    expect(await metricOf(service, 'taskwire_closes_total{code="1000"}')).toBe(1);
    expect(await metricOf(service, 'taskwire_closes_total{code="other"}')).toBe(1);
  });

  it('[SV101] counts what is refused, by reason', async () => {
    const service = await startTestService({ limits: { maxConnectionsPerUser: 1 } });
    const { token } = await service.signIn('Ada');
    await service.api.call('GET', '/api/v1/tasks');
    await service.api.call('GET', '/api/v1/tasks', { token: 'forged' });
    const refused = await openSocket(service.url, { protocol: null, path: '/ws/eve', headers: bearer(token) });
    expect((await refused.closed).code).toBe(CloseCode.forbidden);
    await openNative(service.url, token);
    const second = await openSocket(service.url, { protocol: null, headers: bearer(token) });
    expect((await second.closed).code).toBe(CloseCode.tooMany);
    for (const reason of ['missing', 'invalid', 'foreign']) {
      expect(await metricOf(service, `taskwire_auth_refusals_total{reason="${reason}"}`)).toBe(1);
    }
    expect(await metricOf(service, 'taskwire_limit_refusals_total{limit="connections-per-user"}')).toBe(1);
  });
});

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
