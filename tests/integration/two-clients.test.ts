import { afterEach, describe, expect, it } from 'vitest';
import type { Position } from '@/lib/protocol';
import { type Frame, openNativeSocket } from '@/tests/support/raw-socket';
import { signInToService } from '@/tests/support/service-api';
import { endAllServices, startService } from '@/tests/support/service-process';

afterEach(endAllServices);

const summary = (frames: readonly Frame[]) => frames.map(({ event, seq, version }) => ({ event, seq, version }));

describe('two clients of one user', () => {
  it('[SV19] both hear every change once and in order, another user nothing', async () => {
    const service = await startService();
    const ada = await signInToService(service.url, 'Ada');
    const eve = await signInToService(service.url, 'Eve');
    const first = await openNativeSocket(service.url, ada.token);
    const second = await openNativeSocket(service.url, ada.token);
    const foreign = await openNativeSocket(service.url, eve.token);

    const task = await ada.create({ title: 'milk' });
    await ada.patch(task.id, { title: 'oat milk' });
    await ada.complete(task.id);
    await ada.remove(task.id);

    const expected = [
      { event: 'task.created', seq: 1, version: 1 },
      { event: 'task.updated', seq: 2, version: 2 },
      { event: 'task.completed', seq: 3, version: 3 },
      { event: 'task.deleted', seq: 4, version: 4 },
    ];
    for (const socket of [first, second]) {
      await socket.waitForEvent(({ event }) => event === 'task.deleted');
      expect(summary(socket.events())).toEqual(expected);
    }
    await eve.create({ title: 'mine' });
    await foreign.waitForEvent(() => true);
    expect(summary(foreign.events())).toEqual([{ event: 'task.created', seq: 1, version: 1 }]);
  });

  it('[SV17, SV29] hears after SIGKILL exactly what it missed, without a snapshot', async () => {
    const before = await startService();
    const ada = await signInToService(before.url, 'Ada');
    const task = await ada.create({ title: 'one' });
    const first = await openNativeSocket(before.url, ada.token);
    const { position } = await first.waitFor('subscribed');
    await before.end('SIGKILL');

    const after = await startService({ port: before.port, dataDir: before.dataDir });
    const again = await signInToService(after.url, 'Ada');
    expect(again.userId).toBe(ada.userId);
    await ada.patch(task.id, { title: 'two' });
    await ada.create({ title: 'three' });
    await ada.complete(task.id);

    const second = await openNativeSocket(after.url, ada.token, position as Position);
    expect(await second.waitFor('subscribed')).toMatchObject({ recovered: true, replayed: 3 });
    const seq = (position as Position).seq;
    await second.waitForEvent((event) => event.seq === seq + 3);
    expect(second.events().map(({ event, seq: at }) => ({ event, at }))).toEqual([
      { event: 'task.updated', at: seq + 1 },
      { event: 'task.created', at: seq + 2 },
      { event: 'task.completed', at: seq + 3 },
    ]);
    expect(second.frames.filter(({ type }) => type === 'snapshot')).toEqual([]);
  });

  it('[LG5, SV17] gets a snapshot instead of a wrong recovery from another history', async () => {
    const service = await startService();
    const ada = await signInToService(service.url, 'Ada');
    await ada.create({ title: 'one' });
    const socket = await openNativeSocket(service.url, ada.token, { epoch: 'of another log', seq: 1 });
    expect(await socket.waitFor('subscribed')).toMatchObject({ recovered: false });
    const { tasks } = await socket.waitFor('snapshot', (frame) => frame.last === true);
    expect(tasks).toEqual([expect.objectContaining({ title: 'one' })]);
  });
});
