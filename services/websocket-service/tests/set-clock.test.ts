import { describe, expect, it } from 'vitest';
import { rememberVerified } from '@/auth/remember-verified';
import { createRemoteKeys } from '@/auth/remote-keys';
import { createTokenVerifier } from '@/auth/token-verifier';
import { DEFAULT_LIMITS } from '@/config/limits';
import { startMaintenance } from '@/maintenance';
import type { NewEvent } from '@/ports/event-log';
import { KeysUnavailable } from '@/ports/identity';
import { silentLogger } from '@/ports/logger';
import { watchToken } from '@/session/token-watch';
import { EVENT_LOGS } from './support/event-logs';
import { startKeyServer } from './support/key-server';
import { createManualClock } from './support/manual-clock';
import { PATIENT_MS, POLLING } from './support/patience';
import { createTaskStore, TASK_DATABASES } from './support/task-store';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const YEAR_MS = 365 * DAY_MS;
const WEEK = { maxEvents: 10_000, maxAgeMs: 7 * DAY_MS, maxBytes: 1_000_000 };
const LEAPS = [-40 * DAY_MS, -DAY_MS, -10 * MINUTE_MS, 10 * MINUTE_MS, DAY_MS];

describe.each(TASK_DATABASES)('a clock that is set, and what is kept in $name', { timeout: PATIENT_MS }, ({ open }) => {
  const setUp = async (limits: Partial<typeof DEFAULT_LIMITS> = {}) => {
    const store = createTaskStore(await open());
    const { clock, storage } = store;
    const maintenanceIntervalMs = 20 * MINUTE_MS;
    const stop = startMaintenance(
      storage,
      { ...DEFAULT_LIMITS, maintenanceIntervalMs, ...limits },
      clock,
      silentLogger,
    );
    const idempotency = { key: 'key', fingerprint: 'print' };
    const create = () =>
      storage.write({ command: { kind: 'create', fields: { title: 'milk' } }, actor: { id: 'ada' }, idempotency });
    return {
      ...store,
      stop,
      create,
      /** Lets it run so often; each run has ended. */
      async maintain(runs: number) {
        for (let run = 0; run < runs; run += 1) {
          clock.advance(maintenanceIntervalMs);
          await expect.poll(() => clock.pending, POLLING).toBe(1);
        }
      },
      async kept() {
        const { tasks } = JSON.parse(await storage.list({ userId: 'ada', limit: 10 }));
        const { history } = JSON.parse(await storage.history({ userId: 'ada', taskId: tasks[0].id, limit: 10 }));
        return [tasks.length, history.length, (await storage.read('user:ada', 0, 10)).length];
      },
    };
  };

  it('[LG54] lets nothing be forgotten for its age that a clock set right again would have kept', async () => {
    const { clock, create, maintain, kept, stop } = await setUp();
    const first = await create();
    for (const leap of [YEAR_MS, -YEAR_MS, -YEAR_MS, YEAR_MS]) {
      clock.leap(leap);
      await maintain(1);
    }
    expect(await create()).toEqual(first);
    expect(await kept()).toEqual([1, 1, 1]);
    stop();
  });

  it('[LG54] is believed when it has stood for an hour', async () => {
    const { clock, create, maintain, kept, stop } = await setUp();
    await create();
    clock.leap(YEAR_MS);
    await maintain(3);
    expect(await kept()).toEqual([1, 1, 1]);
    await maintain(1);
    expect(await kept()).toEqual([1, 0, 0]);
    stop();
  });

  it('[LG54] keeps no channel from its bound of events', async () => {
    const { clock, storage, create, maintain, kept, stop } = await setUp({ maxEventsPerChannel: 1 });
    await create();
    await storage.append([{ channel: 'user:ada', eventId: 'n', type: 'task_update', body: '{}' }]);
    clock.leap(YEAR_MS);
    await maintain(1);
    expect(await kept()).toEqual([1, 1, 1]);
    stop();
  });

  it.each(LEAPS)('[LG55] leaves versions, order and answers as they are: by %i ms', async (leap) => {
    const { clock, storage, create, stop } = await setUp();
    const first = await create();
    const { task } = JSON.parse(first.body);
    const change = async (fields: object) =>
      storage.write({ command: { kind: 'patch', taskId: task.id, fields: { ...fields } }, actor: { id: 'ada' } });
    await change({ note: 1 });
    clock.leap(leap);
    expect(await create()).toEqual(first);
    await change({ note: 2 });
    await storage.write({ command: { kind: 'create', fields: { title: 'oats' } }, actor: { id: 'ada' } });
    const events = await storage.read('user:ada', 0, 10);
    expect(events.map(({ seq, version }) => [seq, version])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 1],
    ]);
    const { history } = JSON.parse(await storage.history({ userId: 'ada', taskId: task.id, limit: 10 }));
    expect(history.map(({ version }: { readonly version: number }) => version)).toEqual([3, 2, 1]);
    const { tasks } = JSON.parse(await storage.list({ userId: 'ada', limit: 10 }));
    expect(tasks.map(({ title }: { readonly title: string }) => title)).toEqual(['milk', 'oats']);
    stop();
  });

  it('[SV119] gives no token back that was revoked', async () => {
    const { clock, storage, stop } = await setUp();
    const { at } = await storage.revoke('user', 'ada');
    clock.leap(-DAY_MS);
    await storage.revoke('user', 'ada');
    expect(await storage.revocationsSince(0)).toEqual([{ kind: 'user', value: 'ada', at }]);
    clock.leap(2 * DAY_MS);
    await storage.revoke('user', 'ada');
    expect(await storage.revocationsSince(0)).toEqual([{ kind: 'user', value: 'ada', at: at + DAY_MS }]);
    stop();
  });
});

let count = 0;

function event(): NewEvent {
  count += 1;
  return { channel: 'user:ada', eventId: `${count}`, type: 'task_update', body: '{}' };
}

describe.each(EVENT_LOGS)(
  'a clock that is set between two starts, and the log in $name',
  { timeout: PATIENT_MS },
  ({ open }) => {
    it.each(LEAPS)('[LG55] goes on from where it stood, and keeps what is young: by %i ms', async (leap) => {
      const { log, clock, reopen } = await open();
      const before = await log.append([event(), event()]);
      clock.leap(leap);
      const again = await reopen();
      const after = await again.append([event()]);
      const seqs = [...before, ...after].map((result) => (result.outcome === 'appended' ? result.event.seq : result));
      expect(seqs).toEqual([1, 2, 3]);
      expect(await again.trim(WEEK)).toBe(0);
      expect((await again.read('user:ada', 0, 10)).map(({ seq }) => seq)).toEqual([1, 2, 3]);
      clock.leap(-leap);
      await again.append([event()]);
      expect((await again.read('user:ada', 0, 10)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
      expect((await again.heads(['user:ada'])).get('user:ada')?.seq).toBe(4);
    });
  },
);

describe('a clock that is set back, and tokens', () => {
  it('[SV118] holds nobody up: the address of the keys is asked again after 5 s', async () => {
    const { url, sign, state } = await startKeyServer();
    const clock = createManualClock();
    const verify = createTokenVerifier({ secrets: [], publicKeys: createRemoteKeys(url, clock) });
    const token = await sign('ES256', { sub: 'ada' });
    state.isBroken = true;
    await expect(verify(token)).rejects.toBeInstanceOf(KeysUnavailable);
    state.isBroken = false;
    clock.leap(-DAY_MS);
    clock.advance(5_000);
    expect(await verify(token)).toMatchObject({ userId: 'ada' });
  });

  it('[SV118] lets no token be believed for longer than a minute', async () => {
    const clock = createManualClock();
    let asked = 0;
    const verify = rememberVerified(async (userId) => {
      asked += 1;
      return { userId, expiresAt: clock.now() + YEAR_MS };
    }, clock);
    await verify('ada');
    clock.leap(-DAY_MS);
    await verify('ada');
    await verify('ada');
    expect(asked).toBe(2);
  });

  it('[SV118] lets no session outlive its token, and none end before it', () => {
    for (const leap of [0, -DAY_MS]) {
      const clock = createManualClock();
      const told: (number | string)[] = [];
      const times = { noticeMs: MINUTE_MS, graceMs: 5_000 };
      watchToken(clock, clock.now() + 10 * MINUTE_MS, times, {
        onExpiring: (inMs) => void told.push(inMs),
        onExpired: () => void told.push('expired'),
      });
      clock.advance(5 * MINUTE_MS);
      clock.leap(leap);
      clock.advance(4 * MINUTE_MS);
      expect(told).toEqual([MINUTE_MS]);
      clock.advance(MINUTE_MS + 4_999);
      expect(told).toEqual([MINUTE_MS]);
      clock.advance(1);
      expect(told).toEqual([MINUTE_MS, 'expired']);
    }
  });
});
