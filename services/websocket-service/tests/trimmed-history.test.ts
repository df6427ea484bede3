import { describe, expect, it } from 'vitest';
import type { Position } from '@/lib/protocol';
import { createManualClock } from './support/manual-clock';
import { PATIENT_MS } from './support/patience';
import { createTempDir } from './support/temp-dir';
import { startTestService } from './support/test-service';
import { openNative } from './support/test-socket';

const MINUTE_MS = 60_000;

describe('a trimmed history', { timeout: PATIENT_MS }, () => {
  it('[LG5, LG8, SV17] recovers from what the log still holds, and gives a snapshot before that', async () => {
    const dataDir = createTempDir();
    const before = await startTestService({ config: { dataDir } });
    const { token, id: userId } = await before.signIn('Ada');
    const channel = `user:${userId}` as const;
    const seen: Position[] = [];
    const { epoch } = before.service;
    for (let seq = 1; seq <= 6; seq += 1) {
      await before.api.call('POST', '/api/v1/tasks', { token, body: { title: `${seq}` } });
      const { positions } = (await before.api.call('GET', '/api/v1/tasks', { token })).body;
      seen.push(positions[channel] as Position);
    }
    await before.service.close();

    const clock = createManualClock(Date.now());
    const limits = { maxEventsPerChannel: 3, maintenanceIntervalMs: MINUTE_MS };
    const after = await startTestService({ config: { dataDir }, clock, limits });
    clock.advance(MINUTE_MS);
    // A write behind the maintenance run: when it is answered, the run is over.
    await after.api.call('POST', '/api/v1/auth/dev-login', { body: { name: 'Bob' } });

    const outcome = async (position: Position) => {
      const socket = await openNative(after.url, token, position);
      const { recovered, replayed } = await socket.waitFor('subscribed');
      return [recovered, replayed];
    };
    expect(await outcome(seen[5] as Position)).toEqual([true, 0]);
    expect(await outcome(seen[3] as Position)).toEqual([true, 2]);
    expect(await outcome(seen[2] as Position)).toEqual([true, 3]);
    expect(await outcome({ epoch, seq: 3, eventId: 'another' })).toEqual([false, 0]);
    expect(await outcome(seen[1] as Position)).toEqual([false, 0]);
    expect(await outcome({ epoch, seq: 0 })).toEqual([false, 0]);
  });
});
